"use client";
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import { changeMarks, setSaved } from "@/components/rules/json/change-marks";
import { type KnownNames, ruleCompletion } from "@/components/rules/completion/rule-completion";
import type { Mark } from "@/components/rules/json/marks";
import { findValues } from "@/components/rules/json/scan";
import { describeAt } from "@/components/rules/completion/schema-walk";
import { editorTheme } from "@/components/rules/json/theme";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";

/** What the page may ask of the editor. */
export interface CodeEditorHandle {
  /** Puts the cursor at a place of the text, or selects as far as `to`, and shows it. */
  reveal(position: number, to?: number): void;
}

export interface CodeEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** What is stored; lines that differ are marked. */
  saved: string;
  marks: readonly Mark[];
  names: KnownNames;
  /** Line and column of the cursor, from 1. */
  onCursor: (line: number, column: number) => void;
  onReady: (handle: CodeEditorHandle) => void;
  readOnly: boolean;
  /** The page's Content-Security-Policy nonce, for the editor's own style sheet. */
  nonce: string | undefined;
}

const schema = ruleJsonSchema();
/** Marks changes that came from the page rather than from the keyboard. */
const fromPage = Annotation.define<true>();

const hover = hoverTooltip((view, position) => {
  const text = view.state.doc.toString();
  const over = findValues(text).find(({ keyFrom, keyTo }) => position >= keyFrom && position <= keyTo);
  const words = over === undefined ? null : describeAt(schema, over.path);
  if (over === undefined || words === null) return null;
  return {
    pos: over.keyFrom,
    end: over.keyTo,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-hint";
      dom.textContent = words;
      return { dom };
    },
  };
});

const basics: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  drawSelection(),
  history(),
  json(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  hover,
  editorTheme,
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
];

/** A JSON editor that knows the rule language. Tab leaves it, so that the keyboard is never caught. */
export function CodeEditor(props: CodeEditorProps) {
  const { text, saved, marks } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  /** Texts told to the page and not come back yet: a page that is behind must not undo what was typed since. */
  const told = useRef<readonly string[]>([]);
  const changed = useEffectEvent((next: string) => {
    told.current = [...told.current, next];
    props.onChange(next);
  });
  const moved = useEffectEvent((line: number, column: number) => props.onCursor(line, column));
  const ready = useEffectEvent((handle: CodeEditorHandle) => props.onReady(handle));
  const names = useEffectEvent(() => props.names);
  const first = useEffectEvent((parent: Element) => createView({ ...props, parent, changed, moved, names }));

  useEffect(() => {
    if (host.current === null) return;
    const made = first(host.current);
    view.current = made;
    ready({
      reveal(position, to = position) {
        const end = made.state.doc.length;
        made.dispatch({
          selection: { anchor: Math.min(position, end), head: Math.min(to, end) },
          scrollIntoView: true,
        });
        made.focus();
      },
    });
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const shown = view.current?.state.doc.toString();
    const own = told.current.lastIndexOf(text);
    told.current = told.current.slice(own + 1);
    if (own >= 0 || shown === undefined || shown === text) return;
    told.current = [];
    view.current?.dispatch({
      changes: { from: 0, to: shown.length, insert: text },
      annotations: fromPage.of(true),
    });
  }, [text]);

  useEffect(() => view.current?.dispatch({ effects: setSaved.of(saved) }), [saved]);

  useEffect(() => {
    const current = view.current;
    if (current === null) return;
    const end = current.state.doc.length;
    const diagnostics = marks.map((mark): Diagnostic => ({
      from: Math.min(mark.from, end),
      to: Math.min(mark.to, end),
      severity: "error",
      message: mark.message,
    }));
    current.dispatch(setDiagnostics(current.state, diagnostics));
  }, [marks]);

  return <div className="ed-host" ref={host} />;
}

interface ViewOptions extends Pick<CodeEditorProps, "label" | "text" | "saved" | "readOnly" | "nonce"> {
  parent: Element;
  changed: (text: string) => void;
  moved: (line: number, column: number) => void;
  names: () => KnownNames;
}

function createView({
  label,
  text,
  saved,
  readOnly,
  nonce,
  parent,
  changed,
  moved,
  names,
}: ViewOptions): EditorView {
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((one) => one.annotation(fromPage) === true))
      changed(update.state.doc.toString());
    if (!update.docChanged && !update.selectionSet) return;
    const { head } = update.state.selection.main;
    const line = update.state.doc.lineAt(head);
    moved(line.number, head - line.from + 1);
  });
  const extensions: Extension[] = [
    basics,
    autocompletion({
      override: [ruleCompletion(schema, names)],
      icons: false,
      activateOnTyping: true,
      maxRenderedOptions: 60,
    }),
    changeMarks(saved),
    listener,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorState.readOnly.of(readOnly),
    EditorState.tabSize.of(2),
    ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}
