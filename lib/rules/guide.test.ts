import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020";
import { describe, expect, it } from "vitest";
import { checkRule } from "@/lib/rules/writing/check";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { parseRuleText } from "@/lib/rules/writing/rule-text";

/** The guide's rules, each with what the guide says is wrong with it. */
const examples = [
  ...readFileSync("docs/guides/rules.md", "utf8").matchAll(
    /^```json\n([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?/gm,
  ),
].map(([, rule = "", refusals = ""]) => ({ rule, refusals: refusals.trim() }));

describe("the guide to rules", () => {
  it("has rules that are taken and rules that are refused", () => {
    expect(examples.filter(({ refusals }) => refusals === "").length).toBeGreaterThan(3);
    expect(examples.filter(({ refusals }) => refusals !== "").length).toBeGreaterThan(3);
  });

  it.each(examples)("says what becomes of $rule", ({ rule, refusals }) => {
    const checked = checkRule(parseRuleText(rule), serverEngines);
    const said = checked.ok ? [] : checked.errors.map(({ path, message }) => `${path}: ${message}`);
    expect(said.join("\n")).toBe(refusals);
  });

  it("has no rule that the published JSON Schema would call wrong", () => {
    const published = new Ajv2020({ strict: false, validateFormats: false }).compile(ruleJsonSchema());
    for (const { rule, refusals } of examples)
      if (refusals === "") expect([published(parseRuleText(rule)), published.errors]).toEqual([true, null]);
    expect(published({ name: "a", effect: "deny", when: { methods: "GET" } })).toBe(false);
    expect(published({ name: "a", effect: "deny", when: { body: { schema: { type: "text" } } } })).toBe(
      false,
    );
  });
});
