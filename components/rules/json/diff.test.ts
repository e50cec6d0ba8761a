import { expect, test } from "vitest";
import { diffLines, replacedPart } from "@/components/rules/json/diff";

const drawn = (before: string, after: string) =>
  diffLines(before, after).map((line) => ({ same: " ", removed: "-", added: "+" })[line.kind] + line.text);

test("only what changed is marked", () => {
  expect(drawn("a\nb\nc", "a\nx\nc\nd")).toEqual([" a", "-b", "+x", " c", "+d"]);
});

test("equal texts have no marks", () => {
  expect(drawn("a\nb", "a\nb")).toEqual([" a", " b"]);
});

test("what is new replaces nothing, and what is gone leaves nothing", () => {
  expect(drawn("", "a\nb")).toEqual(["+a", "+b"]);
  expect(drawn("a\nb", "")).toEqual(["-a", "-b"]);
});

test("one line in place of one names what it replaces, and says what was there", () => {
  const before = '  "amount": { "type": "number", "maximum": 5000 }';
  const after = '  "amount": { "type": "number", "maximum": 2000 }';
  expect(diffLines(before, after).at(-1)).toMatchObject({ kind: "added", replaces: before });
  expect(replacedPart(before, after)).toBe("5000");
});

test("a word that shares letters with the old one is shown whole", () => {
  expect(replacedPart('"plan": "enterprise"', '"plan": "entry"')).toBe("enterprise");
});

test("a line that something was only added to says nothing of what was there", () => {
  expect(replacedPart('"effect": "deny",', '"effect": "deny", "mode": "off",')).toBe("");
});
