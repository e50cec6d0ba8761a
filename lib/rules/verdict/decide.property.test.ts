import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { decide } from "@/lib/rules/verdict/decide";
import { explain } from "@/lib/rules/verdict/explain";
import { no, yes } from "@/lib/rules/language/conditions/condition";
import { asAsked } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { anyMatcher, ruleBlocks } from "@/lib/testing/rules/rule-blocks";
import { testCall, testRuleset, testService, type PlacedRule } from "@/lib/testing/rules/ruleset";

const segment = fc.constantFrom("v1", "a", "b", "admin", "{id}", "*", "**");
const template = fc.array(segment, { maxLength: 4 }).map((parts) => {
  let named = 0;
  return `/${parts.map((part) => (part === "{id}" ? `{id${named++}}` : part)).join("/")}`;
});
const route = fc.oneof(
  template,
  template.map((text) => `${text === "/" ? "" : text}/{last?}`),
  fc.constantFrom({ regex: "/v1/.*" }, { regex: "/a|/b/.+" }),
);
const credentialConditions = fc.dictionary(
  fc.constantFrom("metadata.plan", "scopes", "environment", "name"),
  anyMatcher,
  { minKeys: 1, maxKeys: 2 },
);
const textMatcher = fc.oneof(
  anyMatcher,
  fc.constantFrom(
    { lte: 5 },
    { regex: "p.*|5" },
    { glob: "*r*" },
    { mediaType: "text/*" },
    { cidr: "10.0.0.0/8" },
  ),
);
const fieldMatcher = fc.oneof(
  textMatcher,
  fc.constantFrom({ schema: { type: "number", maximum: 5 } }, { schema: { type: "array" } }),
);
const named = (name: fc.Arbitrary<string>, of: fc.Arbitrary<unknown>) =>
  fc.dictionary(name, of, { minKeys: 1, maxKeys: 2 });
const body = fc.oneof(
  named(fc.constantFrom("a", "a.b", "list.a"), fieldMatcher),
  fc.constantFrom({ schema: { type: "object", required: ["a"] } }, { schema: { type: "array" } }),
  fc.record({ fields: named(fc.constantFrom("a", "schema"), fieldMatcher) }),
);
const leaf = fc.oneof(
  fc.record({ method: fc.constantFrom("GET", "POST", "HEAD") }),
  fc.record({ route }),
  fc.record({ credential: credentialConditions }),
  fc.record({ header: named(fc.constantFrom("x-a", "X_A", "accept"), textMatcher) }),
  fc.record({ query: named(fc.constantFrom("a", "b"), textMatcher) }),
  fc.record({ body }),
  fc.record({ token: named(fc.constantFrom("sub", "realm.roles"), fieldMatcher) }),
  fc.record({ ip: fc.constantFrom("10.0.0.0/8", ["::1", "192.0.2.1"], { exists: false }) }),
  fc.record({ subject: named(fc.constantFrom("id", "properties.scopes"), fieldMatcher) }),
  fc.record({ action: named(fc.constant("name"), fc.constantFrom("GET", "HEAD", { in: ["POST"] })) }),
  fc.record({
    resource: named(fc.constantFrom("id", "properties.service"), fc.constantFrom("/v1/a", { prefix: "/" })),
  }),
);
const expression = fc.constantFrom(
  "request.method == 'GET'",
  "request.body.a < 5",
  "request.headers['x-a'] == 'pro'",
  "request.path.startsWith('/v1')",
);
const block = ruleBlocks(leaf);
const attachment = fc.constantFrom(
  {},
  { serviceId: "svc_invoices" },
  { keyId: "key_ada" },
  { serviceId: "svc_invoices", keyId: "key_ada" },
  { serviceId: "svc_other" },
);

const placedRule = (effect: "allow" | "deny") =>
  fc.record({
    rule: fc.record(
      {
        effect: fc.constant(effect),
        mode: fc.constantFrom("enforce", "enforce", "shadow", "off"),
        when: block,
        unless: block,
        expr: expression,
      },
      { requiredKeys: ["effect", "mode"] },
    ),
    attachments: fc.uniqueArray(attachment, { minLength: 1, maxLength: 2 }),
  });
const anyPlacedRule = fc.oneof(placedRule("allow"), placedRule("deny"));

const value = fc.constantFrom<unknown>("pro", "free", 5, 6, "5", true, null, ["pro", 5], [], [[9]], { b: 5 });
const texts = fc.dictionary(
  fc.constantFrom("x-a", "accept", "a", "b"),
  fc.oneof(fc.constantFrom("pro", "5", "a, pro", "text/html", "10.0.0.1", ""), fc.constant(["pro", "x"])),
);
const questionBody = fc.oneof(
  fc.constant({ kind: "absent" as const }),
  fc.constant({ kind: "error" as const, message: "The body is not valid JSON." }),
  fc.record({ kind: fc.constant("form" as const), fields: texts }),
  fc.record({
    kind: fc.constant("json" as const),
    value: fc.oneof(
      value,
      fc.record({ a: value, schema: value }, { requiredKeys: [] }),
      fc.record({ a: fc.record({ b: value }), list: fc.array(fc.record({ a: value }), { maxLength: 3 }) }),
    ),
  }),
);

const call = fc.record({
  headers: fc.option(texts, { nil: undefined }),
  query: fc.option(
    texts.map((made) => () => made),
    { nil: undefined },
  ),
  body: fc.option(questionBody, { nil: undefined }),
  address: fc.constantFrom(null, "10.0.0.1", "::1", "nowhere"),
  method: fc.constantFrom("GET", "POST", "HEAD"),
  path: fc
    .array(fc.constantFrom("v1", "a", "b", "admin", "x"), { maxLength: 4 })
    .map((parts) => `/${parts.join("/")}`),
  credential: fc.record(
    {
      keyId: fc.constantFrom("key_ada", "key_bob"),
      name: fc.constantFrom("pro", "other"),
      environment: fc.constantFrom("live", "test"),
      scopes: fc.subarray(["read:a", "write:b", "pro"]),
      token: fc.record({ sub: value, realm: fc.record({ roles: value }) }),
      metadata: fc.record({ plan: fc.constantFrom<unknown>("pro", "free", 5, true, null, ["pro", "x"], {}) }),
    },
    { requiredKeys: [] },
  ),
  service: fc
    .constantFrom("allow" as const, "deny" as const)
    .map((defaultVerdict) => testService("invoices", { defaultVerdict })),
});

type Generated = { rule: object; attachments: object[] };

const placedByName = (rules: readonly Generated[], prefix = "r"): PlacedRule[] =>
  rules.map(({ rule, attachments }, index) => ({
    rule: { ...rule, name: `${prefix}${index}` },
    attachments,
  }));

const runs = { numRuns: 500 };

describe("for random rules and requests", () => {
  it("the order of rules never changes the verdict", () => {
    fc.assert(
      fc.property(
        fc.array(anyPlacedRule, { maxLength: 8 }).chain((rules) => {
          const placed = placedByName(rules);
          return fc.tuple(fc.constant(placed), fc.shuffledSubarray(placed, { minLength: placed.length }));
        }),
        call,
        ([rules, shuffled], asked) => {
          expect(decide(testRuleset(shuffled), testCall(asked))).toEqual(
            decide(testRuleset(rules), testCall(asked)),
          );
        },
      ),
      runs,
    );
  });

  it.each([
    ["deny", "allow"],
    ["allow", "deny"],
  ] as const)("adding a rule with the verdict %s never turns that verdict into %s", (added, other) => {
    fc.assert(
      fc.property(
        fc.array(anyPlacedRule, { maxLength: 6 }),
        placedRule(added),
        call,
        (rules, extra, asked) => {
          const before = decide(testRuleset(placedByName(rules)), testCall(asked)).verdict;
          const after = decide(
            testRuleset([...placedByName(rules), ...placedByName([extra], "extra")]),
            testCall(asked),
          ).verdict;
          expect(`${before} then ${after}`).not.toBe(`${added} then ${other}`);
        },
      ),
      runs,
    );
  });

  it("the index finds exactly what asking every rule would find", () => {
    fc.assert(
      fc.property(fc.array(anyPlacedRule, { maxLength: 8 }), call, (rules, asked) => {
        expect(decide(testRuleset(placedByName(rules)), testCall(asked))).toMatchObject(
          byAskingEveryRule(placedByName(rules), asked),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("an explanation gives a reason exactly for the rules that did not match", () => {
    fc.assert(
      fc.property(fc.array(anyPlacedRule, { maxLength: 6 }), call, (rules, asked) => {
        const { candidates, ruling } = explain(testRuleset(placedByName(rules)), testCall(asked));
        for (const candidate of candidates)
          expect(candidate.failure === null).toBe(candidate.outcome === "matched");
        expect(
          candidates
            .filter((one) => one.determining)
            .map((one) => one.name)
            .sort(),
        ).toEqual(ruling.rules);
      }),
      runs,
    );
  });
});

/** The verdict as rules.md words it, without any index. */
function byAskingEveryRule(rules: readonly PlacedRule[], call: Parameters<typeof testCall>[0]) {
  const question = testCall(call);
  const applies = rules
    .filter(({ attachments = [] }) =>
      attachments.some(
        ({ serviceId = null, keyId = null }) =>
          (serviceId === null || serviceId === question.service.id) &&
          (keyId === null || keyId === question.credential?.keyId),
      ),
    )
    .map(({ rule }, index) => compileRule(String(index), Rule.parse(rule), serverEngines).rule)
    .filter((rule) => rule.mode === "enforce")
    .map((rule) => ({ rule, truth: rule.condition.test(asAsked(question)) }));
  const denies = applies.filter(({ rule, truth }) => rule.effect === "deny" && truth !== no);
  const allows = applies.filter(({ rule, truth }) => rule.effect === "allow" && truth === yes);
  const determining = denies.length > 0 ? denies : allows;
  return {
    verdict: determining[0]?.rule.effect ?? question.service.defaultVerdict,
    rules: determining.map(({ rule }) => rule.name).sort(),
  };
}
