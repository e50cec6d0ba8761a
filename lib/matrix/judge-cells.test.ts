import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnOf, judgeRow, presentCell, type MatrixRule } from "@/lib/matrix/judge-cells";
import { bookOf } from "@/lib/matrix/rule-book";
import { compileRule } from "@/lib/rules/verdict/compile";
import { decide } from "@/lib/rules/verdict/decide";
import { partialRule } from "@/lib/rules/language/conditions/partial";
import type { RuleCredential } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { servedPath, type Served } from "@/lib/gateway/served-path";
import { defaultPaths, type CompiledService } from "@/lib/services/schema";
import { anyMatcher, ruleBlocks } from "@/lib/testing/rules/rule-blocks";
import { testCall, testRuleset, testService, type PlacedRule } from "@/lib/testing/rules/ruleset";

const at = 0;

function compiled(rule: Rule) {
  const { rule: made, errors } = compileRule("partial", rule, serverEngines);
  return errors.length === 0 ? made.condition : null;
}

function matrixRule(rule: Rule): MatrixRule {
  const { name, effect, mode } = rule;
  return {
    id: name,
    name,
    effect,
    mode,
    partial: partialRule(rule, compiled),
    expiresAtMs: rule.expiresAt === undefined ? Infinity : Date.parse(rule.expiresAt),
    updatedAt: "2026-01-01T00:00:00.000Z",
    updatedBy: "system",
  };
}

/** The cell of `credential` on the one service, under `rules`. */
function cellOf(
  rules: readonly PlacedRule[],
  { credential, service }: { credential: RuleCredential | null; service: ReturnType<typeof testService> },
) {
  const column = columnOf(service);
  const placed = rules.flatMap(({ rule, attachments = [{}] }) => {
    const made = matrixRule(Rule.parse(rule));
    return attachments.map(({ serviceId = null, keyId = null }) => ({ rule: made, serviceId, keyId }));
  });
  const row = judgeRow(bookOf({ version: 1, columns: [column], placed }), { credential, checks: [] }, at);
  return presentCell(row, column, credential?.keyId ?? "anonymous");
}

const ada: RuleCredential = { keyId: "key_ada", name: "ada", environment: "live", scopes: ["read:a"] };

describe("a cell", () => {
  const invoices = testService("invoices");
  const open = testService("invoices", { visibility: "public", defaultVerdict: "allow" });
  const allow = { name: "all", effect: "allow" };
  const deny = { name: "none", effect: "deny" };
  const testKeys = { name: "no-test-keys", effect: "deny", when: { credential: { environment: "test" } } };
  const writes = { name: "writes", effect: "deny", when: { method: ["POST", "PUT"] } };

  it.each<[string, object[], typeof invoices, RuleCredential | null, string]>([
    ["without rules is what its service defaults to", [], invoices, ada, "denied"],
    ["without rules is what its service defaults to", [], open, ada, "allowed"],
    ["is allowed by a rule that always matches", [allow], invoices, ada, "allowed"],
    ["is denied however much allows", [allow, deny], open, ada, "denied"],
    ["knows what a credential cannot match", [testKeys], open, ada, "allowed"],
    ["knows what a credential always matches", [testKeys], open, { ...ada, environment: "test" }, "denied"],
    ["depends on the request", [writes], open, ada, "conditional"],
    ["stays denied where a deny may match and nothing allows", [writes], invoices, ada, "denied"],
    ["of a private service is denied without a credential", [allow], invoices, null, "denied"],
    ["of a public service may be allowed without one", [allow], open, null, "allowed"],
    ["is judged by enforced rules only", [{ ...deny, mode: "shadow" }], open, ada, "allowed"],
    [
      "is not judged by rules that stopped",
      [{ ...deny, expiresAt: "1969-01-01T00:00:00Z" }],
      open,
      ada,
      "allowed",
    ],
    [
      "whose deny cannot be evaluated is denied",
      [{ ...deny, when: { credential: { name: { gt: 5 } } } }],
      open,
      ada,
      "denied",
    ],
    [
      "whose allow cannot be evaluated is not allowed by it",
      [{ ...allow, when: { credential: { name: { gt: 5 } } } }],
      invoices,
      ada,
      "denied",
    ],
    ["does not depend on the path of /**", [{ ...allow, when: { route: "/**" } }], invoices, ada, "allowed"],
    ["depends on a route", [{ ...allow, when: { route: "/v1/**" } }], invoices, ada, "conditional"],
    [
      "of a rule with an exception that holds",
      [{ ...deny, unless: { credential: { scopes: { contains: "read:a" } } } }],
      open,
      ada,
      "allowed",
    ],
  ])("%s", (_says, rules, service, credential, state) => {
    expect(
      cellOf(
        rules.map((rule) => ({ rule })),
        { credential, service },
      ).state,
    ).toBe(state);
  });

  it("says of a key that lacks a scope that every route needs that it is denied, of one that some route needs that it depends", () => {
    const needing = (route: string) =>
      testService("invoices", { defaultVerdict: "allow", requiredScopes: [{ route, scopes: ["write:b"] }] });
    expect(cellOf([], { credential: ada, service: needing("/**") })).toMatchObject({
      state: "denied",
      checks: ["required-scopes"],
    });
    expect(cellOf([], { credential: ada, service: needing("/b") }).state).toBe("conditional");
    expect(cellOf([], { credential: { ...ada, scopes: ["write:*"] }, service: needing("/**") }).state).toBe(
      "allowed",
    );
  });

  it("never calls a service that takes some methods only always allowed, and leaves out rules on the others", () => {
    const service = testService("invoices", { defaultVerdict: "allow", methods: ["GET"] });
    expect(cellOf([{ rule: writes }], { credential: ada, service })).toMatchObject({
      state: "conditional",
      checks: ["methods"],
      rules: [],
    });
  });

  it("never calls a service always allowed that takes paths below a prefix only", () => {
    const paths = { ...defaultPaths, stripPrefix: "/v1" };
    const service = testService("invoices", { defaultVerdict: "allow", paths });
    expect(cellOf([], { credential: ada, service })).toMatchObject({
      state: "conditional",
      checks: ["paths"],
    });
    const locked = testService("invoices", { paths });
    expect(cellOf([], { credential: ada, service: locked }).state).toBe("denied");
  });

  it("names what settles it first, then what is near", () => {
    const rules = [
      { rule: { ...writes, name: "far" } },
      { rule: { ...writes, name: "near" }, attachments: [{ keyId: "key_ada", serviceId: "svc_invoices" }] },
      { rule: { ...writes, name: "of-service" }, attachments: [{ serviceId: "svc_invoices" }] },
      { rule: { ...allow, name: "settles" } },
      { rule: testKeys },
    ];
    const cell = cellOf(rules, { credential: ada, service: invoices });
    expect(cell.rules.map(({ name, via, outcome }) => [name, via, outcome])).toEqual([
      ["settles", "workspace", "always"],
      ["near", "cell", "sometimes"],
      ["of-service", "service", "sometimes"],
      ["far", "workspace", "sometimes"],
    ]);
  });
});

const named = (...names: string[]) =>
  fc.dictionary(fc.constantFrom(...names), anyMatcher, { minKeys: 1, maxKeys: 2 });
const leaf = fc.oneof(
  fc.record({ method: fc.constantFrom("GET", "POST", "HEAD") }),
  fc.record({ route: fc.constantFrom("/v1/{id}", "/a", "/**", "/v1/**", { regex: "/a|/b/.+" }) }),
  fc.record({ credential: named("metadata.plan", "scopes", "environment", "name") }),
  fc.record({ credential: named("metadata.plan", "scopes", "environment", "name") }),
  fc.record({ token: named("sub", "groups") }),
  fc.record({ header: named("x-plan") }),
  fc.record({ query: named("plan") }),
  fc.record({ body: named("plan") }),
  fc.constant({ ip: "10.0.0.0/8" }),
  fc.record({ subject: named("id", "properties.plan") }),
);
const block = ruleBlocks(leaf);
const place = fc.constantFrom(
  {},
  { serviceId: "svc_invoices" },
  { keyId: "key_ada" },
  { serviceId: "svc_invoices", keyId: "key_ada" },
  { serviceId: "svc_other" },
  { keyId: "key_bob" },
);
const placedRules = fc
  .array(
    fc.record({
      rule: fc.record(
        {
          effect: fc.constantFrom("allow", "deny"),
          mode: fc.constantFrom("enforce", "enforce", "shadow", "off"),
          when: block,
          unless: block,
          expr: fc.constantFrom("request.method == 'GET'", "credential.name == 'pro'"),
        },
        { requiredKeys: ["effect", "mode"] },
      ),
      attachments: fc.uniqueArray(place, { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 4 },
  )
  .map((rules) =>
    rules.map(({ rule, ...rest }, index) => ({ rule: { ...rule, name: `r${index}` }, ...rest })),
  );
const credential = fc.option(
  fc.record(
    {
      keyId: fc.constantFrom("key_ada", "key_bob"),
      name: fc.constantFrom("pro", "other"),
      environment: fc.constantFrom("live", "test"),
      scopes: fc.subarray(["read:a", "write:b", "pro"]),
      metadata: fc.record({ plan: fc.constantFrom<unknown>("pro", "free", 5, true, null, ["pro", "x"], {}) }),
      token: fc.record({ sub: fc.constantFrom("pro", "x"), groups: fc.subarray(["pro", "read:a"]) }),
    },
    { requiredKeys: ["keyId"] },
  ),
  { nil: null, freq: 8 },
);
const service = fc
  .record({
    defaultVerdict: fc.constantFrom("allow" as const, "deny" as const),
    visibility: fc.constantFrom("public" as const, "private" as const),
    methods: fc.constantFrom<CompiledService["methods"]>([], [], ["GET"], ["POST", "PUT"]),
    requiredScopes: fc.constantFrom<CompiledService["requiredScopes"]>(
      [],
      [],
      [{ route: "/**", scopes: ["read:a"] }],
      [{ route: "/a", methods: ["GET"], scopes: ["write:b"] }],
    ),
    paths: fc.constantFrom(
      defaultPaths,
      defaultPaths,
      { ...defaultPaths, stripPrefix: "/v1" },
      { ...defaultPaths, addPrefix: "/v1" },
      { ...defaultPaths, stripPrefix: "/a", addPrefix: "/b" },
    ),
  })
  .map((options) => testService("invoices", options));
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "HEAD", "PUT", "DELETE"),
  path: fc
    .array(fc.constantFrom("v1", "a", "b", "admin"), { maxLength: 3 })
    .map((parts) => `/${parts.join("/")}`),
  headers: fc.record({ "x-plan": fc.constantFrom("pro", "5") }, { requiredKeys: [] }),
  query: fc.record({ plan: fc.constantFrom("pro", ["free", "read:a"]) }, { requiredKeys: [] }),
  address: fc.constantFrom(null, "10.1.2.3", "192.0.2.1"),
  body: fc.oneof(
    fc.constant({ kind: "absent" as const }),
    fc.constant({ kind: "error" as const, message: "too large" }),
    fc.constantFrom<unknown>("pro", 5, null).map((plan) => ({ kind: "json" as const, value: { plan } })),
  ),
});

describe("for random rules, credentials, services and requests", () => {
  it("always allowed is always allowed, always denied is always denied, and a rule that never matches never determines", () => {
    const seen = { allowed: 0, denied: 0, conditional: 0 };
    fc.assert(
      fc.property(
        placedRules,
        credential,
        service,
        fc.array(request, { minLength: 12, maxLength: 12 }),
        (rules, caller, asked, requests) => {
          const cell = cellOf(rules, { credential: caller, service: asked });
          seen[cell.state] += 1;
          const ruleset = testRuleset(rules, [asked]);
          for (const each of requests) {
            const { method, path, ...others } = each;
            const call = testCall({ method, path, service: asked, credential: caller });
            const sent: Served = { path, segments: call.segments, forwardPath: path };
            const served = servedPath(sent, asked.paths);
            const { verdict, rules: by } =
              "refused" in served
                ? { verdict: "deny", rules: [] }
                : decide(ruleset, { ...call, ...served, ...others });
            if (cell.state !== "conditional")
              expect(verdict).toBe(cell.state === "allowed" ? "allow" : "deny");
            for (const name of by) expect(cell.rules.map((rule) => rule.name)).toContain(name);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(Math.min(seen.allowed, seen.denied, seen.conditional)).toBeGreaterThan(50);
  });

  it("conditional is said only where both verdicts are within reach of some request, when nothing but the method asks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("allow", "deny"), fc.constantFrom("GET", "POST", "PUT")), {
          maxLength: 1,
        }),
        fc.constantFrom("allow" as const, "deny" as const),
        (rules, defaultVerdict) => {
          const placed = rules.map(([effect, method]) => ({ rule: { name: "r", effect, when: { method } } }));
          const asked = testService("invoices", { defaultVerdict });
          const verdicts = new Set(
            ["GET", "POST", "PUT", "DELETE"].map(
              (method) => decide(testRuleset(placed, [asked]), testCall({ method, service: asked })).verdict,
            ),
          );
          const { state } = cellOf(placed, { credential: ada, service: asked });
          expect(state === "conditional").toBe(verdicts.size === 2);
        },
      ),
    );
  });
});
