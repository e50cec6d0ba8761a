import { describe, expect, it } from "vitest";
import { findPath, findValues, spotAt } from "@/components/rules/json/scan";

/** The text without its `|`, and where that stood. */
function at(marked: string): { text: string; position: number } {
  return { text: marked.replace("|", ""), position: marked.indexOf("|") };
}

function spot(marked: string) {
  const { text, position } = at(marked);
  const found = spotAt(text, position);
  return (
    found && {
      path: found.path.join("."),
      kind: found.kind,
      typed: text.slice(found.from, position),
      present: [...found.present].sort(),
    }
  );
}

describe("what may be written at a place", () => {
  it.each([
    ["{ | }", { path: "", kind: "key", typed: "", present: [] }],
    ['{ "ef| }', { path: "", kind: "key", typed: '"ef', present: [] }],
    ["{ ef| }", { path: "", kind: "key", typed: "ef", present: [] }],
    [
      '{ "name": "x", | "effect": "deny" }',
      { path: "", kind: "key", typed: "", present: ["effect", "name"] },
    ],
    ['{ "effect": "| }', { path: "effect", kind: "value", typed: '"', present: [] }],
    ['{ "effect": |', { path: "effect", kind: "value", typed: "", present: [] }],
    [
      '{ "when": { "method": ["GET", "|"] } }',
      { path: "when.method.1", kind: "value", typed: '"', present: [] },
    ],
    [
      '{ "when": { "credential": { "metadata.plan": { "|" } } } }',
      { path: "when.credential.metadata.plan", kind: "key", typed: '"', present: [] },
    ],
  ])("%s", (marked, expected) => {
    expect(spot(marked)).toEqual(expected);
  });

  it("is nothing after a value, where a comma is missing", () => {
    expect(spot('{ "effect": "deny" | }')).toBeNull();
  });
});

describe("where a path is in the text", () => {
  const text =
    '{\n  "when": { "credential": { "metadata.plan": ["pro"] } },\n  "tests": [{ "name": "a" }, { "name": "b" }]\n}';
  const cut = (path: string) => {
    const found = findPath(findValues(text), path);
    return found && text.slice(found.from, found.to);
  };
  it("is found through keys that hold dots", () =>
    expect(cut("when.credential.metadata.plan")).toBe('["pro"]'));
  it("is found through arrays", () => expect(cut("tests.1.name")).toBe('"b"'));
  it("is the nearest value around when the path itself is not there", () =>
    expect(cut("tests.1.request.path")).toBe('{ "name": "b" }'));
  it("is the whole text when nothing of it is there", () => expect(cut("reason.code")).toBe(text));
});
