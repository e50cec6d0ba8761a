import { describe, expect, it } from "vitest";
import { checkRule } from "@/lib/rules/check";
import { serverEngines } from "@/lib/rules/server-engines";
import { parseRuleText } from "@/lib/rules/writing/rule-text";
import { ruleJsonSchema } from "@/lib/rules/json-schema";
import { ruleLimits } from "@/lib/rules/language/limits";

const good = { name: "a", effect: "allow" };
const errorsOf = (input: unknown) => {
  const checked = checkRule(input, serverEngines);
  return checked.ok ? [] : checked.errors;
};
const nest = (levels: number): object => (levels === 0 ? { method: "GET" } : { not: nest(levels - 1) });

describe("checking a rule", () => {
  it("fills in its defaults", () => {
    expect(checkRule(good, serverEngines)).toMatchObject({ ok: true, rule: { mode: "enforce" } });
  });

  it.each([
    ["not an object", [], ""],
    ["no name", { effect: "allow" }, "name"],
    ["a name of control characters", { ...good, name: "a\u0000b" }, "name"],
    ["another effect", { ...good, effect: "permit" }, "effect"],
    ["an unknown key", { ...good, wen: {} }, "wen"],
    [
      "an unknown key deep inside",
      { ...good, when: { any: [{ all: [{ metod: "GET" }] }] } },
      "when.any.0.all.0.metod",
    ],
    ["an unknown method", { ...good, when: { method: ["GET", "FETCH"] } }, "when.method.1"],
    ["an empty exception, which would always hold", { ...good, unless: {} }, "unless"],
    ["an empty list of alternatives", { ...good, when: { any: [] } }, "when.any"],
    ["a credential that names no attribute", { ...good, when: { credential: {} } }, "when.credential"],
    ["an unknown attribute", { ...good, when: { credential: { plan: "pro" } } }, "when.credential.plan"],
    [
      "an unknown operator",
      { ...good, when: { credential: { name: { begins: "a" } } } },
      "when.credential.name.begins",
    ],
    [
      "exists: false with another operator",
      { ...good, when: { credential: { name: { exists: false, prefix: "a" } } } },
      "when.credential.name",
    ],
    ["null as a value", { ...good, when: { credential: { name: null } } }, "when.credential.name"],
    [
      "a regex that does not compile",
      { ...good, when: { credential: { name: [{ regex: "a" }, { regex: "(" }] } } },
      "when.credential.name.1.regex",
    ],
    [
      "a backreference, which RE2 has not",
      { ...good, when: { credential: { name: { regex: "(a)\\1" } } } },
      "when.credential.name.regex",
    ],
    [
      "a regex that grows too large",
      { ...good, when: { route: { regex: "(\\pL{20}){40}" } } },
      "when.route.regex",
    ],
    ["a route with a query", { ...good, when: { route: "/a?b=1" } }, "when.route"],
    ["a route that is no path", { ...good, when: { route: "v1" } }, "when.route"],
    ["a route with dots", { ...good, when: { route: "/a/../b" } }, "when.route"],
    ["a route written encoded", { ...good, when: { route: "/a%2Fb" } }, "when.route"],
    ["a parameter named twice", { ...good, when: { route: "/{a}/{a}" } }, "when.route"],
    ["half a parameter", { ...good, when: { route: "/file-{id}" } }, "when.route"],
    ["a reason code in small letters", { ...good, reason: { code: "nope" } }, "reason.code"],
    ["a time that is none", { ...good, expiresAt: "tomorrow" }, "expiresAt"],
    [
      "a test of a path that the gateway refuses",
      { ...good, tests: [{ name: "t", request: { method: "GET", path: "/a/%2e%2e" }, expect: "allow" }] },
      "tests.0.request.path",
    ],
  ])("refuses %s at its place", (_what, input, path) => {
    expect(errorsOf(input).map((error) => error.path)).toEqual([path]);
  });

  it("lets conditions nest five deep and no deeper, and survives any depth", () => {
    expect(checkRule({ ...good, when: nest(ruleLimits.nesting) }, serverEngines).ok).toBe(true);
    expect(errorsOf({ ...good, when: nest(ruleLimits.nesting + 1) })).toMatchObject([{ path: "when" }]);
    expect(errorsOf({ ...good, when: nest(5_000) })).toMatchObject([
      { message: "nests deeper than a rule can" },
    ]);
  });

  it("refuses more conditions and more bytes than the limits", () => {
    const many = {
      any: Array.from({ length: 50 }, (_, i) => ({
        route: Array.from({ length: 5 }, (_, j) => `/r${i}/${j}`),
      })),
    };
    expect(errorsOf({ ...good, when: many })).toMatchObject([
      { path: "when", message: expect.stringContaining("250 conditions") },
    ]);
    expect(errorsOf({ ...good, description: "x".repeat(ruleLimits.bytes) })).toMatchObject([
      { message: expect.stringContaining("65536 bytes") },
    ]);
  });

  it("runs a deny rule's tests against an open default, and an allow rule's against a closed one", () => {
    const tests = [
      { name: "in", request: { method: "GET", path: "/a" }, expect: "deny" },
      { name: "out", request: { method: "GET", path: "/b" }, expect: "allow" },
    ];
    expect(
      checkRule({ ...good, effect: "deny", when: { route: "/a" }, tests }, serverEngines).tests.map(
        (test) => test.pass,
      ),
    ).toEqual([true, true]);
    expect(errorsOf({ ...good, when: { route: "/a" }, tests }).map((error) => error.path)).toEqual([
      "tests.0",
      "tests.1",
    ]);
  });
});

describe("reading a rule's text", () => {
  it("refuses a key named twice, at its place, also when written with an escape", () => {
    expect(() =>
      parseRuleText(
        '{"name":"a","when":{"any":[{"method":"GET"},{"route":"/a","\\u0072oute":"/b"}]},"name":"b"}',
      ),
    ).toThrow(
      expect.objectContaining({
        kind: "invalid",
        extra: {
          errors: [
            { path: "when.any.1.route", message: "is there twice" },
            { path: "name", message: "is there twice" },
          ],
        },
      }),
    );
  });

  it("is not misled by quotes, commas and braces inside text", () => {
    const value = { a: '{"a":1,"a":2}', b: ["x,\\", { a: 1 }, { a: 1 }], c: { a: 1 } };
    expect(parseRuleText(JSON.stringify(value))).toEqual(value);
  });

  it("says that what is no JSON is none", () => {
    expect(() => parseRuleText("{name: 1}")).toThrow(expect.objectContaining({ kind: "bad-request" }));
  });
});

describe("the published JSON Schema", () => {
  it("speaks of every key that a rule may have, and of no other", () => {
    const schema = JSON.parse(JSON.stringify(ruleJsonSchema()));
    expect(Object.keys(schema.properties)).toEqual([
      "name",
      "description",
      "effect",
      "mode",
      "when",
      "unless",
      "expr",
      "reason",
      "expiresAt",
      "tests",
      "attachments",
    ]);
    expect(schema.additionalProperties).toBe(false);
    expect(schema.$defs.CredentialConditions).toMatchObject({
      additionalProperties: false,
      patternProperties: expect.anything(),
    });
    expect(schema.$defs.Conditions.properties.not).toMatchObject({ $ref: "#/$defs/Conditions" });
  });
});
