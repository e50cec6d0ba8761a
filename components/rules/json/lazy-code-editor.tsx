"use client";
import { type ComponentType, useEffect, useEffectEvent, useRef, useState } from "react";
import type { CodeEditorHandle, CodeEditorProps } from "@/components/rules/json/code-editor";
import { PlainEditor } from "@/components/rules/json/plain-editor";

/**
 * The code editor, fetched when someone points at it, focuses it or is led into it. Until then, and where it cannot be
 * fetched, a plain text field that looks the same takes its place; what is typed and selected there stays.
 */
export function LazyCodeEditor(props: CodeEditorProps) {
  const [Editor, setEditor] = useState<ComponentType<CodeEditorProps> | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const selected = useRef<{ from: number; to: number }>(null);
  const load = async () => {
    const { CodeEditor } = await import("@/components/rules/json/code-editor");
    const plain = field.current;
    if (plain !== null && document.activeElement === plain)
      selected.current = { from: plain.selectionStart, to: plain.selectionEnd };
    setEditor(() => CodeEditor);
  };
  const wake = () => void load().catch(() => undefined);
  const ready = useEffectEvent((handle: CodeEditorHandle) => props.onReady(handle));
  useEffect(() => {
    ready({
      reveal(position, to = position) {
        field.current?.focus();
        field.current?.setSelectionRange(position, to);
      },
    });
  }, []);
  if (Editor === null) return <PlainEditor ref={field} {...props} onWake={wake} />;
  const takeOver = (handle: CodeEditorHandle) => {
    if (selected.current !== null) handle.reveal(selected.current.from, selected.current.to);
    props.onReady(handle);
  };
  return <Editor {...props} onReady={takeOver} />;
}
