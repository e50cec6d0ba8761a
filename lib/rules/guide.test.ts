import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkRule } from "@/lib/rules/check";
import { serverEngines } from "@/lib/rules/server-engines";
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
});
