"use client";
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { type Ref, useEffect, useEffectEvent, useId, useRef } from "react";
import { editorTheme } from "@/components/rules/json/theme";
import { Shape } from "@/components/ui/words/shapes";

export interface JsonEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  error: string | undefined;
  /** The page's Content-Security-Policy nonce, for the editor's own style sheet. */
  nonce: string | undefined;
  /** Takes the keyboard as it appears, unless another field comes first. */
  takesFocus?: boolean;
  /** The box, for a dialog that puts the keyboard there. */
  ref?: Ref<HTMLDivElement>;
}

const faults = jsonParseLinter();

/** A small editor for a JSON value. Tab leaves it, so that the keyboard is never caught; a fault is underlined where it is. */
export function JsonEditor(props: JsonEditorProps) {
  const { label, text, onChange, error, nonce, takesFocus = true, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const messageId = useId();
  const changed = useEffectEvent(onChange);
  const first = useEffectEvent((parent: Element) => {
    const made = open({ parent, label, text, nonce, changed });
    if (takesFocus) made.focus();
    return made;
  });

  useEffect(() => {
    if (host.current === null) return;
    const made = first(host.current);
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const content = view.current?.contentDOM;
    if (content === undefined) return;
    content.toggleAttribute("aria-invalid", error !== undefined);
    if (error === undefined) content.removeAttribute("aria-describedby");
    else {
      content.setAttribute("aria-invalid", "true");
      content.setAttribute("aria-describedby", messageId);
    }
  }, [error, messageId]);

  return (
    <div className="field" ref={ref} tabIndex={-1}>
      <div className={error === undefined ? "json-box" : "json-box bad"} ref={host} />
      {error !== undefined && (
        <p id={messageId} className="help bad">
          <Shape name="error" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

function open({
  parent,
  label,
  text,
  nonce,
  changed,
}: {
  parent: Element;
  label: string;
  text: string;
  nonce: string | undefined;
  changed: (text: string) => void;
}): EditorView {
  const extensions = [
    lineNumbers(),
    highlightActiveLine(),
    drawSelection(),
    history(),
    json(),
    linter((view) => (view.state.doc.toString().trim() === "" ? [] : faults(view))),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    editorTheme,
    keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    }),
    ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}
