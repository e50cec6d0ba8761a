import { describe, expect, it } from "vitest";
import { checkDraft } from "@/components/rules/json/check-draft";
import { ruleText } from "@/components/rules/json/rule-text";

const sound = ruleText({
  name: "only-get",
  effect: "deny",
  unless: { method: "GET" },
  tests: [{ name: "a write", request: { method: "POST", path: "/" }, expect: "deny" }],
});

function marked(text: string) {
  return checkDraft(text).marks.map(({ from, to, message }) => [text.slice(from, to), message]);
}

describe("a draft", () => {
  it("that is right can be stored, and its tests have run", () => {
    expect(checkDraft(sound)).toMatchObject({
      valid: true,
      marks: [],
      tests: [{ pass: true, actual: "deny" }],
    });
  });

  it("with an expression or a JSON Schema is left to the API, with its tests", () => {
    expect(checkDraft(sound.replace('"effect"', '"expr": "true", "effect"'))).toMatchObject({
      valid: true,
      needsServer: true,
      tests: [],
    });
    expect(checkDraft(sound)).toMatchObject({ needsServer: false });
  });

  it("whose test fails has a rule to read but cannot be stored", () => {
    const failing = sound.replace('"expect": "deny"', '"expect": "allow"');
    const checked = checkDraft(failing);
    expect(checked).toMatchObject({ valid: false, rule: { name: "only-get" }, tests: [{ pass: false }] });
    expect(checked.marks).toHaveLength(1);
  });

  it("with an unknown key is marked at that key", () => {
    expect(marked('{ "name": "x", "effect": "deny", "colour": 1 }')).toEqual([
      ['"colour"', expect.stringContaining("colour")],
    ]);
  });

  it("with a key twice is marked, although JSON.parse would swallow it", () => {
    const checked = checkDraft('{ "name": "x", "effect": "allow", "effect": "deny" }');
    expect(checked.valid).toBe(false);
    expect(checked.marks[0]?.message).toMatch(/twice/);
  });

  it.each([
    ['{ "name": "x" "effect": "deny" }', "A comma is missing before this"],
    ['{ "name": "x", }', "A key in double quotes belongs here"],
    ['{ "name": "x"', "Something is not closed yet"],
    ["", "A rule is a JSON object: begin with {"],
    ["[]", "A rule is a JSON object"],
  ])("%s says: %s", (text, message) => {
    expect(marked(text).map(([, said]) => said)).toEqual([message]);
  });
});
