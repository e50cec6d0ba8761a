import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { decide } from "@/lib/rules/verdict/decide";
import { explain } from "@/lib/rules/verdict/explain";
import { no, yes } from "@/lib/rules/language/conditions/condition";
import { asAsked, asForwarded, type Asked, type Question } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { defaultPaths, type RequiredScopes } from "@/lib/services/schema";
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

const callPath = fc
  .array(fc.constantFrom("v1", "a", "A", "b", "admin", "x"), { maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);
/** What the service makes of the path. */
const rewritten = callPath.map((path) => ({ path, segments: path.split("/").slice(1) }));
const requirement: fc.Arbitrary<RequiredScopes> = fc.record(
  {
    route: template,
    methods: fc.constantFrom(["GET"], ["POST"]),
    scopes: fc.constantFrom(["read:a"], ["write:b", "read:a"]),
  },
  { requiredKeys: ["route", "scopes"] },
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
  path: callPath,
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
  rewritten: fc.option(rewritten, { nil: undefined }),
  service: fc
    .record({
      defaultVerdict: fc.constantFrom("allow" as const, "deny" as const),
      methods: fc.constantFrom([], [], [], ["GET"], ["POST", "HEAD"]),
      requiredScopes: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(requirement, { minLength: 1, maxLength: 2 }) },
      ),
      paths: fc.boolean().map((caseSensitive) => ({ ...defaultPaths, caseSensitive })),
    })
    .map((options) => testService("invoices", options)),
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

/** The path as it came and, where the service makes another of it, that one too. */
function formsOf(question: Question): Asked[] {
  const asked = asAsked(question);
  const forwarded = asForwarded(asked);
  return forwarded === null ? [asked] : [asked, forwarded];
}

/** Why the service refuses the call before its rules, without any index; null when it does not. */
function gateReason(question: Question): string | null {
  const { service, method, credential } = question;
  const takes = (methods: readonly string[]) =>
    methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
  if (service.methods.length > 0 && !takes(service.methods)) return "METHOD_NOT_ALLOWED";
  const unmet = service.requiredScopes.filter(({ route, methods, scopes }) => {
    const { condition } = compileRule("", { ...alone, when: { route } }, serverEngines).rule;
    const isAsked = formsOf(question).some((form) => condition.test(form) === yes);
    return (
      isAsked && takes(methods ?? [method]) && !scopes.every((scope) => credential?.scopes?.includes(scope))
    );
  });
  return unmet.length > 0 ? "SCOPE_REQUIRED" : null;
}

const alone = Rule.parse({ name: "alone", effect: "deny" });

/** The verdict in plain words, without any index: the service first, denies on both forms of the path, allows on the first. */
function byAskingEveryRule(rules: readonly PlacedRule[], call: Parameters<typeof testCall>[0]) {
  const question = testCall(call);
  const reason = gateReason(question);
  if (reason !== null) return { verdict: "deny", rules: [], reason };
  const [asked, ...others] = formsOf(question);
  if (asked === undefined) throw new Error("a call has a path");
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
    .filter(({ effect, condition }) =>
      effect === "allow"
        ? condition.test(asked) === yes
        : [asked, ...others].some((form) => condition.test(form) !== no),
    );
  const denies = applies.filter(({ effect }) => effect === "deny");
  const determining = denies.length > 0 ? denies : applies;
  return {
    verdict: determining[0]?.effect ?? question.service.defaultVerdict,
    rules: determining.map(({ name }) => name).sort(),
  };
}
