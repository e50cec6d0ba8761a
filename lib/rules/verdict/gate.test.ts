import { describe, expect, it } from "vitest";
import { evaluationService } from "@/lib/rules/language/evaluation";
import { decide, decideEvaluation } from "@/lib/rules/verdict/decide";
import { explain } from "@/lib/rules/verdict/explain";
import { readsBody } from "@/lib/rules/verdict/ruleset";
import { testCall, testRuleset, testService } from "@/lib/testing/rules/ruleset";

const allowAll = { rule: { name: "all", effect: "allow" } };
const ada = (scopes: string[]) => ({ keyId: "key_ada", scopes });

describe("what a service asks before its rules", () => {
  const service = testService("invoices", {
    visibility: "public",
    methods: ["GET", "POST"],
    requiredScopes: [
      { route: "/v1/**", scopes: ["read:invoices"] },
      { methods: ["POST"], route: "/v1/invoices/{id?}", scopes: ["write:invoices", "use:api"] },
      { methods: ["GET"], route: "/Reports/**/all", scopes: ["read:reports"] },
    ],
  });
  const ruleset = testRuleset([allowAll], [service]);
  const ruling = (call: Parameters<typeof testCall>[0]) => decide(ruleset, testCall({ service, ...call }));

  it.each([
    ["GET", [], "SCOPE_REQUIRED", ["read:invoices"]],
    ["GET", ["read:invoices"], "RULE", undefined],
    ["GET", ["read:*"], "RULE", undefined],
    ["HEAD", ["read:invoices"], "RULE", undefined],
    ["POST", ["read:invoices"], "SCOPE_REQUIRED", ["use:api", "write:invoices"]],
    ["POST", ["write:*", "use:api"], "SCOPE_REQUIRED", ["read:invoices"]],
    ["POST", ["*:*"], "RULE", undefined],
    ["DELETE", ["*:*"], "METHOD_NOT_ALLOWED", undefined],
    ["QUERY", ["*:*"], "METHOD_NOT_ALLOWED", undefined],
  ])("%s /v1/invoices with %j is %s, missing %j", (method, scopes, reason, requiredScopes) => {
    const answer = ruling({ method, credential: ada(scopes) });
    expect(answer.reason).toBe(reason);
    expect(answer.requiredScopes).toEqual(requiredScopes);
    expect(answer.verdict).toBe(reason === "RULE" ? "allow" : "deny");
  });

  it("a caller without credential lacks every scope, on a public service too", () => {
    expect(ruling({ credential: null })).toMatchObject({
      reason: "SCOPE_REQUIRED",
      requiredScopes: ["read:invoices"],
      route: "/v1/**",
    });
    expect(ruling({ credential: null, path: "/health" }).reason).toBe("RULE");
  });

  it("a route with ** inside asks only where it fits, and HEAD as GET", () => {
    const call = { method: "HEAD", credential: ada([]) };
    expect(ruling({ ...call, path: "/Reports/2026/all" }).requiredScopes).toEqual(["read:reports"]);
    expect(ruling({ ...call, path: "/Reports/2026" }).reason).toBe("RULE");
    expect(ruling({ ...call, path: "/reports/2026/all" }).reason).toBe("RULE");
  });

  it("a private service without a credential is NO_CREDENTIAL before anything else", () => {
    const hidden = { ...service, visibility: "private" as const };
    expect(decide(ruleset, testCall({ service: hidden, method: "DELETE", credential: null })).reason).toBe(
      "NO_CREDENTIAL",
    );
  });

  it("a service that ignores case asks whatever the case of the path", () => {
    const lax = { ...service, paths: { ...service.paths, caseSensitive: false } };
    const laxRules = testRuleset([allowAll], [lax]);
    const call = testCall({ service: lax, path: "/REPORTS/x/ALL", credential: ada([]) });
    expect(decide(laxRules, call)).toMatchObject({ requiredScopes: ["read:reports"] });
  });

  it("both forms of a rewritten path must have their scopes", () => {
    const call = testCall({ service, path: "/public", credential: ada([]) });
    const rewritten = { path: "/v1/invoices", segments: ["v1", "invoices"] };
    expect(decide(ruleset, { ...call, rewritten }).requiredScopes).toEqual(["read:invoices"]);
  });

  it("an explanation says what was asked and what is missing", () => {
    const asked = testCall({ service, method: "POST", credential: ada(["read:invoices"]) });
    expect(explain(ruleset, asked)).toMatchObject({
      gate: {
        reason: "SCOPE_REQUIRED",
        unmet: [{ route: "/v1/invoices/{id?}", methods: ["POST"], missing: ["write:invoices", "use:api"] }],
      },
      candidates: [{ name: "all", determining: false }],
    });
    expect(explain(ruleset, testCall({ service, method: "PUT", credential: ada([]) })).gate).toEqual({
      reason: "METHOD_NOT_ALLOWED",
      allowed: ["GET", "POST"],
    });
  });

  it("a required route that cannot be understood counts on every route", () => {
    const broken = testService("invoices", { requiredScopes: [{ route: "/a//b", scopes: ["x:y"] }] });
    expect(decide(testRuleset([allowAll], [broken]), testCall({ service: broken })).reason).toBe(
      "SCOPE_REQUIRED",
    );
  });
});

describe("services that ignore case", () => {
  const strict = testService("invoices");
  const lax = { ...strict, paths: { ...strict.paths, caseSensitive: false } };
  it.each([
    ["/Admin/{id}", "/admin/7", "/ADMIN/7"],
    ["/a/Admin/**", "/A/aDMIN/x/y", "/a/ADMIN"],
    [{ regex: "/Admin/[a-z]+" }, "/admin/ABC", "/ADMIN/abc"],
    ["/straſe/K", "/STRASE/k", "/strase/\u212a"],
  ])("deny %j meets %s and %s there, and neither where case counts", (route, one, other) => {
    const deny = testRuleset([allowAll, { rule: { name: "no", effect: "deny", when: { route } } }]);
    const nested = testRuleset([
      allowAll,
      { rule: { name: "no", effect: "deny", when: { any: [{ route }] } } },
    ]);
    for (const ruleset of [deny, nested])
      for (const path of [one, other]) {
        expect(decide(ruleset, testCall({ path, service: lax })).verdict).toBe("deny");
        expect(decide(ruleset, testCall({ path, service: strict })).verdict).toBe("allow");
      }
  });

  it("two literals that differ in case only are both asked", () => {
    const rules = ["/A/x", "/a/x"].map((route, index) => ({
      rule: { name: `r${index}`, effect: "allow", when: { route } },
    }));
    expect(decide(testRuleset(rules), testCall({ path: "/a/X", service: lax })).rules).toEqual(["r0", "r1"]);
    expect(decide(testRuleset(rules), testCall({ path: "/a/x", service: strict })).rules).toEqual(["r1"]);
  });
});

describe("a path that is rewritten", () => {
  const rewritten = { path: "/internal/admin", segments: ["internal", "admin"] };
  const call = { ...testCall({ path: "/admin" }), rewritten };
  const rule = (effect: string, route: string) => ({ rule: { name: route, effect, when: { route } } });

  it("is denied by what is forwarded as by what was asked", () => {
    for (const route of ["/internal/**", "/admin"])
      expect(decide(testRuleset([allowAll, rule("deny", route)]), call)).toMatchObject({
        verdict: "deny",
        rules: [route],
        route,
      });
  });

  it("is allowed only by what was asked", () => {
    expect(decide(testRuleset([rule("allow", "/internal/**")]), call).verdict).toBe("deny");
    expect(decide(testRuleset([rule("allow", "/admin")]), call).verdict).toBe("allow");
  });

  it("is explained by the form that a deny matched", () => {
    const { candidates } = explain(testRuleset([allowAll, rule("deny", "/internal/**")]), call);
    expect(candidates.find(({ effect }) => effect === "deny")).toMatchObject({
      outcome: "matched",
      determining: true,
      failure: null,
    });
  });
});

describe("AuthZEN's questions", () => {
  const question = testCall({ service: evaluationService, method: "can_read", path: "/" });
  it("are denied unless a rule of the workspace or of the credential allows", () => {
    expect(decideEvaluation(testRuleset([]), question)).toMatchObject({ reason: "DEFAULT_DENY" });
    const at = (attachment: object) => testRuleset([{ ...allowAll, attachments: [attachment] }]);
    expect(decideEvaluation(at({}), question).verdict).toBe("allow");
    expect(decideEvaluation(at({ keyId: "key_ada" }), question).verdict).toBe("allow");
    expect(decideEvaluation(at({ serviceId: "svc_invoices" }), testCall()).verdict).toBe("deny");
    expect(decideEvaluation(at({ serviceId: "svc_invoices", keyId: "key_ada" }), testCall()).verdict).toBe(
      "deny",
    );
  });
});

it("the body is read only where a rule that may judge the call reads it", () => {
  const body = { rule: { name: "b", effect: "deny", when: { body: { amount: { gt: 5 } } } } };
  const at = (attachment: object) => testRuleset([allowAll, { ...body, attachments: [attachment] }]);
  const asked = (attachment: object) =>
    [undefined, "key_ada", "key_bob"].map((key) => readsBody(at(attachment), "svc_invoices", key));
  expect(asked({})).toEqual([true, true, true]);
  expect(asked({ serviceId: "svc_invoices" })).toEqual([true, true, true]);
  expect(asked({ serviceId: "svc_other" })).toEqual([false, false, false]);
  expect(asked({ keyId: "key_ada" })).toEqual([false, true, false]);
  expect(asked({ serviceId: "svc_invoices", keyId: "key_ada" })).toEqual([false, true, false]);
  expect(readsBody(testRuleset([allowAll]), "svc_invoices", "key_ada")).toBe(false);
});
