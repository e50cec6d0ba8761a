import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { failed, no, yes } from "@/lib/rules/language/conditions/condition";
import { matchesGlob } from "@/lib/rules/language/pattern";
import { asAsked, type RuleCredential } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { testCall } from "@/lib/testing/rules/ruleset";

const words = { [no]: "no", [yes]: "yes", [failed]: "error" };

function judge(rule: object, call: Parameters<typeof testCall>[0]): string {
  const { rule: compiled, errors } = compileRule(
    "rule_1",
    Rule.parse({ name: "a", effect: "allow", ...rule }),
    serverEngines,
  );
  expect(errors).toEqual([]);
  return words[compiled.condition.test(asAsked(testCall(call)))];
}

describe("routes", () => {
  it.each([
    ["/", "/", "yes"],
    ["/", "/a", "no"],
    ["/v1/invoices", "/v1/invoices", "yes"],
    ["/v1/invoices", "/v1/invoices/", "yes"],
    ["/v1/invoices/", "/v1/invoices", "yes"],
    ["/v1/invoices", "/v1/Invoices", "no"],
    ["/v1/{kind}", "/v1/a", "yes"],
    ["/v1/{kind}", "/v1", "no"],
    ["/v1/{kind}", "/v1/a/b", "no"],
    ["/v1/{kind?}", "/v1", "yes"],
    ["/v1/{kind?}/{id?}", "/v1/a/b", "yes"],
    ["/v1/{kind?}/{id?}", "/v1/a/b/c", "no"],
    ["/v1/*/items", "/v1/a/items", "yes"],
    ["/v1/*/items", "/v1/a/b/items", "no"],
    ["/v1/**", "/v1", "yes"],
    ["/v1/**", "/v1/a/b/c", "yes"],
    ["/v1/**", "/v2/a", "no"],
    ["/**/items/{id}", "/a/b/items/7", "yes"],
    ["/**/items/{id}", "/items/items/7", "yes"],
    ["/**/a/**/b", "/x/a/y/a/z/b", "yes"],
    ["/**/a/**/b", "/x/b/y/a", "no"],
    ["/dateien/größe", "/dateien/größe", "yes"],
  ])("%s against %s: %s", (route, path, expected) => {
    expect(judge({ when: { route } }, { path })).toBe(expected);
    expect(judge({ when: { not: { route } } }, { path })).toBe(expected === "yes" ? "no" : "yes");
  });

  it("a regex is anchored at both ends and never slow", () => {
    expect(judge({ when: { route: { regex: "/v[12]/a|/b" } } }, { path: "/v1/a" })).toBe("yes");
    expect(judge({ when: { route: { regex: "/v[12]/a|/b" } } }, { path: "/v1/a/c" })).toBe("no");
    expect(judge({ when: { route: { regex: "/v[12]/a|/b" } } }, { path: "/x/b" })).toBe("no");
    const start = performance.now();
    expect(judge({ when: { route: { regex: "/(a+)+$" } } }, { path: `/${"a".repeat(5_000)}!` })).toBe("no");
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("matchers of a credential", () => {
  const plan = (value: unknown): RuleCredential => ({ metadata: { plan: value, limits: { daily: 10 } } });
  it.each<[string, object, RuleCredential | null, string]>([
    ["a literal equals", { "metadata.plan": "pro" }, plan("pro"), "yes"],
    ["nothing is converted", { "metadata.plan": "5" }, plan(5), "no"],
    ["an array is any of", { "metadata.plan": ["free", { prefix: "p" }] }, plan("pro"), "yes"],
    ["in", { "metadata.plan": { in: ["pro", "team"] } }, plan("free"), "no"],
    ["all operators together", { "metadata.plan": { prefix: "p", suffix: "x" } }, plan("pro"), "no"],
    ["glob", { "metadata.plan": { glob: "p?o*" } }, plan("pro-eu"), "yes"],
    ["regex is anchored", { "metadata.plan": { regex: "pr" } }, plan("pro"), "no"],
    [
      "a newline does not slip past a regex",
      { "metadata.plan": { regex: ".*pro.*" } },
      plan("x\npro"),
      "yes",
    ],
    ["numbers compare", { "metadata.limits.daily": { gte: 10, lt: 11 } }, plan("pro"), "yes"],
    ["times compare as text", { "metadata.plan": { lt: "2027-01-01" } }, plan("2026-12-31T00:00:00Z"), "yes"],
    ["text against a number is an error", { "metadata.plan": { gt: 5 } }, plan("six"), "error"],
    ["a number against a prefix is an error", { "metadata.plan": { prefix: "p" } }, plan(5), "error"],
    ["absent makes a matcher false", { "metadata.size": { lt: 5 } }, plan("pro"), "no"],
    ["null is absent", { "metadata.plan": { exists: true } }, plan(null), "no"],
    ["an empty list is absent", { scopes: { exists: false } }, { scopes: [] }, "yes"],
    ["no credential at all is absent", { id: { exists: false } }, null, "yes"],
    ["no way into prototypes", { "metadata.constructor": { exists: true } }, plan("pro"), "no"],
    ["a list holds a value", { roles: { contains: "admin" } }, { roles: ["viewer", "admin"] }, "yes"],
    [
      "a scope is held as grants are",
      { scopes: { contains: "write:payments" } },
      { scopes: ["write:*"] },
      "yes",
    ],
    ["text contains text", { name: { contains: "ada" } }, { name: "my-ada-key" }, "yes"],
    ["the customer is its externalId", { customer: "acme-1" }, { customer: { externalId: "acme-1" } }, "yes"],
  ])("%s", (_says, credential, caller, expected) => {
    expect(judge({ when: { credential } }, { credential: caller })).toBe(expected);
  });

  it("of several values an allow needs all, a deny any, and not and unless swap the two", () => {
    const some = { credential: { scopes: ["read:a", "write:a"] } };
    const when = { credential: { scopes: { prefix: "read:" } } };
    expect(judge({ effect: "allow", when }, some)).toBe("no");
    expect(judge({ effect: "deny", when }, some)).toBe("yes");
    expect(judge({ effect: "allow", when: { not: when } }, some)).toBe("no");
    expect(judge({ effect: "deny", when: { not: when } }, some)).toBe("yes");
    expect(judge({ effect: "allow", unless: when }, some)).toBe("no");
    expect(judge({ effect: "deny", unless: when }, some)).toBe("yes");
    expect(judge({ effect: "allow", when: { not: { not: when } } }, some)).toBe("no");
  });

  it("what is false stays false beside an error, and what is true stays true, in any order", () => {
    const error = { credential: { "metadata.plan": { gt: 5 } } };
    const caller = { credential: plan("six") };
    for (const blocks of [
      [error, { method: "PUT" }],
      [{ method: "PUT" }, error],
    ])
      expect(judge({ when: { all: blocks } }, caller)).toBe("no");
    for (const blocks of [
      [error, { method: "GET" }],
      [{ method: "GET" }, error],
    ])
      expect(judge({ when: { any: blocks } }, caller)).toBe("yes");
    expect(judge({ when: { not: error } }, caller)).toBe("error");
    expect(judge({ unless: error }, caller)).toBe("error");
    expect(judge({ when: { method: "PUT" }, unless: error }, caller)).toBe("no");
  });
});

describe("globs", () => {
  it.each([
    ["*", "", true],
    ["a*c", "abbc", true],
    ["a*c", "abbcd", false],
    ["?", "", false],
    ["*a*b*", "xxaxxbxx", true],
    ["", "", true],
  ])("%s against %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it("never explodes", () => {
    const start = performance.now();
    expect(matchesGlob(`${"a*".repeat(200)}b`, "a".repeat(10_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("claims of a token", () => {
  const ada: RuleCredential = {
    keyId: "sub_1",
    name: "billing",
    environment: "live",
    scopes: ["read:invoices"],
    token: {
      sub: "ada@example.com",
      level: 3,
      groups: ["staff", "admins"],
      realm_access: { roles: ["editor"] },
      "https://example.com/plan": "pro",
      "a.b": "exact",
      a: { b: "nested" },
      nothing: null,
      none: [],
    },
  };

  it.each<[object, string]>([
    [{ sub: "ada@example.com" }, "yes"],
    [{ sub: "ada" }, "no"],
    [{ sub: { regex: "^ada@example\\.com$" } }, "yes"],
    [{ sub: { in: ["eve@example.com", "ada@example.com"] } }, "yes"],
    [{ sub: { exists: true } }, "yes"],
    [{ level: { gte: 3 } }, "yes"],
    [{ level: "3" }, "no"],
    [{ groups: { contains: "admins" } }, "yes"],
    [{ groups: "staff" }, "no"],
    [{ "realm_access.roles": { contains: "editor" } }, "yes"],
    [{ "https://example.com/plan": "pro" }, "yes"],
    [{ "a.b": "exact" }, "yes"],
    [{ "a.b": "nested" }, "no"],
    [{ nothing: { exists: false } }, "yes"],
    [{ none: { exists: true } }, "no"],
    [{ email: { exists: false } }, "yes"],
    [{ toString: { exists: true } }, "no"],
    [{ __proto__x: { exists: true } }, "no"],
  ])("%j: %s", (token, expected) => {
    expect(judge({ when: { token } }, { credential: ada })).toBe(expected);
  });

  it("of several values an allow needs all, a deny any", () => {
    const when = { token: { groups: { in: ["admins"] } } };
    expect(judge({ when }, { credential: ada })).toBe("no");
    expect(judge({ effect: "deny", when }, { credential: ada })).toBe("yes");
  });

  it("are absent for a key and without a credential", () => {
    for (const credential of [{ keyId: "key_1", name: "ada", metadata: { sub: "ada@example.com" } }, null]) {
      expect(judge({ when: { token: { sub: { exists: true } } } }, { credential })).toBe("no");
      expect(judge({ when: { token: { sub: { exists: false } } } }, { credential })).toBe("yes");
    }
  });

  it("a token's subject never passes for the name of a key", () => {
    expect(judge({ when: { credential: { name: "billing" } } }, { credential: ada })).toBe("no");
    expect(judge({ when: { credential: { environment: "live" } } }, { credential: ada })).toBe("no");
    expect(judge({ when: { credential: { id: "sub_1" } } }, { credential: ada })).toBe("yes");
    expect(
      judge({ when: { credential: { scopes: { contains: "read:invoices" } } } }, { credential: ada }),
    ).toBe("yes");
  });
});
