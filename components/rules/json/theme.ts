import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--surface-raised)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px", overflow: "auto" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 16px 0 4px" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--surface-raised)",
    color: "var(--text-faint)",
    border: "0",
    fontSize: "12px",
    paddingInlineEnd: "4px",
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "44px", padding: "0 8px 0 0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--text) 4%, transparent)" },
  ".cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--text) 4%, transparent)",
    color: "var(--text)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-tint)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-tint)",
    color: "inherit",
  },
  ".cm-changed": { boxShadow: "inset 3px 0 0 var(--accent)" },
  ".cm-was": {
    marginInlineStart: "16px",
    padding: "1px 6px",
    borderRadius: "var(--radius-1)",
    backgroundColor: "var(--accent-tint)",
    color: "var(--text-muted)",
    font: "var(--text-12)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--deny) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--deny)" },
  ".cm-tooltip": {
    border: "0",
    borderRadius: "var(--radius-3)",
    backgroundColor: "var(--surface-raised)",
    boxShadow: "var(--shadow-2)",
    color: "var(--text)",
  },
  ".cm-tooltip-hover": { maxWidth: "360px" },
  ".cm-hint": { padding: "8px 12px", font: "var(--text-12)", color: "var(--text-muted)" },
  ".cm-diagnostic": {
    padding: "8px 12px",
    font: "var(--text-12)",
    borderLeft: "3px solid var(--deny)",
    whiteSpace: "normal",
  },
  ".cm-tooltip.cm-tooltip-autocomplete": { padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "12px",
    maxHeight: "236px",
    minWidth: "268px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    gap: "12px",
    alignItems: "center",
    height: "28px",
    padding: "0 8px",
    borderRadius: "var(--radius-1)",
    lineHeight: "28px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-tint)",
    color: "var(--accent)",
    fontWeight: "600",
  },
  ".cm-completionIcon": { display: "none" },
  ".cm-completionDetail": {
    marginInlineStart: "auto",
    font: "var(--text-12)",
    fontStyle: "normal",
    color: "var(--text-faint)",
  },
  "li[aria-selected] .cm-completionDetail": { color: "var(--text-muted)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)" },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "280px",
    padding: "8px 12px",
    font: "var(--text-12)",
    color: "var(--text-muted)",
  },
  ".cm-snippetField": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--code-punct)" },
]);

/** The editor in our tokens, so that it follows the theme without being told. */
export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
