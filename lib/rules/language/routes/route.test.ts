import { describe, expect, it } from "vitest";
import { decide } from "@/lib/rules/verdict/decide";
import { compileRule } from "@/lib/rules/verdict/compile";
import { patternInputMax } from "@/lib/rules/language/pattern";
import { asAsked } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { testCall, testRuleset, testService } from "@/lib/testing/rules/ruleset";

const long = `/admin/${"a".repeat(patternInputMax)}`;
const service = testService("open", { visibility: "public", defaultVerdict: "allow" });
const called = (path: string) => testCall({ service, path, segments: path.slice(1).split("/") });
const route = { regex: "/admin/.*" };
const noAdmin = { name: "no-admin", effect: "deny", when: { route } };

describe("a path that is longer than patterns are tried on", () => {
  it.each([true, false])("does not slip past a deny on a regex (case counts: %s)", (caseSensitive) => {
    const rules = [{ rule: noAdmin }];
    const ruleset = testRuleset(rules, [service]);
    const paths = { ...service.paths, caseSensitive };
    const ruled = decide(ruleset, { ...called(long), service: { ...service, paths } });
    expect(ruled).toMatchObject({ verdict: "deny", rules: ["no-admin"] });
  });

  it("does not slip past it where the service's prefix makes it so long", () => {
    const ruleset = testRuleset([{ rule: noAdmin }], [service]);
    const rewritten = { path: long, segments: long.slice(1).split("/") };
    expect(decide(ruleset, { ...called("/a"), rewritten }).verdict).toBe("deny");
  });

  it("is not let through by an allow on a regex, and the explanation says why", () => {
    const { rule } = compileRule("rule_1", Rule.parse({ name: "a", effect: "allow", when: { route } }), null);
    const why = rule.condition.why(asAsked(called(long)));
    expect(why).toMatchObject({ operator: "route regex", error: expect.stringContaining("longer") });
    expect(String(why?.left).length).toBeLessThan(300);
  });
});
