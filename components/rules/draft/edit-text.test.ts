import { expect, test } from "vitest";
import { withMember } from "@/components/rules/draft/edit-text";

test("an existing member changes in place, and everything else keeps its form", () => {
  const text = '{ "name": "x",   "mode": "enforce" }';
  expect(withMember(text, { key: "mode", value: "shadow", after: "effect" })).toBe(
    '{ "name": "x",   "mode": "shadow" }',
  );
});

test("a new member comes behind its neighbour", () => {
  const text = '{\n  "name": "x",\n  "effect": "deny",\n  "when": {}\n}\n';
  const next = withMember(text, { key: "mode", value: "shadow", after: "effect" });
  expect(next).toBe('{\n  "name": "x",\n  "effect": "deny",\n  "mode": "shadow",\n  "when": {}\n}\n');
});

test("a member goes into an empty object", () => {
  expect(JSON.parse(withMember("{}", { key: "mode", value: "off", after: "effect" }))).toEqual({
    mode: "off",
  });
});
