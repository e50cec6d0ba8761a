import { describe, expect, it } from "vitest";
import { checkRule } from "@/lib/rules/writing/check";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { parseRuleText } from "@/lib/rules/writing/rule-text";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";
import { failed } from "@/lib/rules/language/conditions/condition";
import { asAsked } from "@/lib/rules/language/question";
import { testCall } from "@/lib/testing/rules/ruleset";
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
    [
      "a field that no record can hold, beside another, so that no condition is lost in silence",
      JSON.parse('{"name":"a","effect":"allow","when":{"body":{"__proto__":"x","a":1}}}'),
      "when.body.__proto__",
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
    ["a header that has no name", { ...good, when: { header: { "a b": "c" } } }, "when.header.a b"],
    ["an empty condition on headers", { ...good, when: { header: {} } }, "when.header"],
    ["an empty condition on a body", { ...good, when: { body: {} } }, "when.body"],
    ["a schema that is none", { ...good, when: { body: { schema: "v2" } } }, "when.body.schema"],
    [
      "a schema whose keyword is misspelt",
      { ...good, when: { body: { schema: { type: "number", maximun: 1 } } } },
      "when.body.schema.maximun",
    ],
    [
      "a schema that is a matcher",
      { ...good, when: { body: { schema: { in: ["v2"] } } } },
      "when.body.schema.in",
    ],
    [
      "a schema beside other operators",
      { ...good, when: { token: { sub: { schema: {}, prefix: "a" } } } },
      "when.token.sub",
    ],
    ["a path with an empty step", { ...good, when: { body: { "a..b": 1 } } }, "when.body.a..b"],
    ["a network that is none", { ...good, when: { ip: { cidr: ["10.0.0.0/33"] } } }, "when.ip.cidr.0"],
    ["a network that is none, as a list", { ...good, when: { ip: ["10.0.0.0/8", "x"] } }, "when.ip.1"],
    ["another operator on an address", { ...good, when: { ip: { prefix: "10." } } }, "when.ip.prefix"],
    [
      "a media type that is none",
      { ...good, when: { header: { accept: { mediaType: "json" } } } },
      "when.header.accept.mediaType",
    ],
    [
      "a media type with parameters",
      { ...good, when: { header: { accept: { mediaType: ["a/b", "a/b;q=1"] } } } },
      "when.header.accept.mediaType.1",
    ],
    ["an expression that is none", { ...good, expr: "1 +" }, "expr"],
    [
      "patterns that cost too much together",
      {
        ...good,
        when: { token: { sub: Array.from({ length: 50 }, (_, i) => ({ regex: `a{40}b${i}c*` })) } },
      },
      "when",
    ],
    [
      "a test from an address that is none",
      { ...good, tests: [{ name: "t", request: { method: "GET", path: "/", ip: "x" }, expect: "allow" }] },
      "tests.0.request.ip",
    ],
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

describe("a whole rule", () => {
  const documented = {
    name: "payments-write-cap",
    description: "Pro keys may create payments up to 2000, never from test keys",
    effect: "allow",
    mode: "enforce",
    when: {
      method: ["POST"],
      route: "/v1/payments/{id?}",
      header: { "content-type": { mediaType: "application/json" } },
      query: { dry_run: { exists: false } },
      body: {
        schema: {
          type: "object",
          required: ["amount"],
          properties: { amount: { type: "number", maximum: 2000 } },
        },
      },
      credential: { "metadata.plan": { in: ["pro", "enterprise"] }, scopes: { contains: "write:payments" } },
      token: { sub: { regex: "^user@email\\.com$" } },
      ip: { cidr: ["10.0.0.0/8"] },
    },
    unless: { credential: { environment: "test" } },
    expr: "request.body.items.all(i, i.qty < 10)",
    reason: { code: "PAYMENTS_CAP", public: "Payment exceeds this key's limit." },
    expiresAt: "2027-01-01T00:00:00Z",
    tests: [
      {
        name: "under the cap",
        request: {
          method: "POST",
          path: "/v1/payments",
          headers: { "content-type": "application/json" },
          body: { amount: 10, items: [] },
        },
        credential: { metadata: { plan: "pro" }, scopes: ["write:payments"] },
        expect: "allow",
      },
    ],
  };
  const call = {
    request: {
      method: "POST",
      path: "/v1/payments",
      headers: { "Content-Type": "application/json" },
      body: { amount: 10, items: [{ qty: 1 }] },
      ip: "10.1.2.3",
    },
    credential: {
      metadata: { plan: "pro" },
      scopes: ["write:payments"],
      token: { sub: "user@email.com" },
    },
  };
  const tested = (name: string, expected: string, change: object = {}, credential: object = {}) => ({
    name,
    request: { ...call.request, ...change },
    credential: { ...call.credential, ...credential },
    expect: expected,
  });

  it("with every kind of condition is judged by all of them", () => {
    const tests = [
      ...documented.tests,
      tested("as it should be", "allow"),
      tested("another method", "deny", { method: "PUT" }),
      tested("another route", "deny", { path: "/v1/refunds" }),
      tested("another media type", "deny", { headers: { content_type: "text/plain" } }),
      tested("a dry run", "deny", { query: { dry_run: "" } }),
      tested("beyond the cap", "deny", { body: { amount: 2001, items: [] } }),
      tested("another plan", "deny", {}, { metadata: { plan: "free" } }),
      tested("a test key", "deny", {}, { environment: "test", token: undefined }),
      tested("another subject", "deny", {}, { token: { sub: "eve" } }),
      tested("another network", "deny", { ip: "11.0.0.1" }),
      tested("an expression that is false", "deny", { body: { amount: 1, items: [{ qty: 10 }] } }),
      tested("an expression that errs", "deny", { body: { amount: 1, items: 5 } }),
    ];
    const checked = checkRule({ ...documented, tests }, serverEngines);
    expect(checked.ok ? [] : checked.errors).toEqual([]);
    expect(checked.tests.map((test) => [test.name, test.pass])).toEqual(
      tests.map((test) => [test.name, true]),
    );
  });

  it("is tested with the query behind a path, too", () => {
    const request = { method: "GET", path: "/?a=1", query: { constructor: "b" } };
    const rule = { ...good, when: { query: { a: 1, constructor: "b" } } };
    expect(errorsOf({ ...rule, tests: [{ name: "t", request, expect: "allow" }] })).toEqual([]);
  });

  it("is tested as documented: a test that says nothing of address and token leaves them open", () => {
    const test = (more: object, expected: string, credential: object | undefined = {}) => ({
      name: "t",
      request: { method: "GET", path: "/", ...more },
      credential,
      expect: expected,
    });
    const passes = (rule: object, one: object) =>
      checkRule({ ...good, ...rule, tests: [one] }, serverEngines).ok;
    const inside = { when: { ip: "10.0.0.0/8", token: { sub: { exists: true } } } };
    expect(passes(inside, test({}, "allow"))).toBe(true);
    expect(passes(inside, test({}, "deny"))).toBe(true);
    expect(passes(inside, test({ ip: "11.0.0.1" }, "allow"))).toBe(false);
    expect(passes(inside, test({}, "allow", { token: {} }))).toBe(false);
    expect(passes({ when: { any: [{ ip: "10.0.0.0/8" }, { method: "PUT" }] } }, test({}, "allow"))).toBe(
      true,
    );
    expect(passes({ unless: { ip: "10.0.0.0/8" } }, test({ method: "PUT" }, "allow"))).toBe(true);
    expect(passes({ when: { method: "PUT", ip: "10.0.0.0/8" } }, test({}, "allow"))).toBe(false);
    expect(passes({ when: { query: { a: "b" } } }, test({}, "allow"))).toBe(false);
  });

  it("is left to the server where there is no engine for its schema or expression, and never judged by half", () => {
    for (const rule of [
      documented,
      { ...good, expr: "true" },
      { ...good, when: { body: { schema: {} } } },
      { ...good, unless: { token: { a: { schema: {} } } } },
    ]) {
      const tests = [{ name: "t", request: { method: "GET", path: "/" }, expect: "deny" }];
      const checked = checkRule({ ...rule, tests }, null);
      expect(checked).toMatchObject({ ok: true, needsServer: true, tests: [] });
      if (checked.ok) expect(checked.compiled.condition.test(asAsked(testCall()))).toBe(failed);
    }
    expect(checkRule(good, null)).toMatchObject({ ok: true, needsServer: false });
  });

  it("says whether it reads the body", () => {
    const reads = (rule: object) => {
      const checked = checkRule({ ...good, ...rule }, serverEngines);
      return checked.ok && checked.compiled.readsBody;
    };
    expect(reads({ when: { header: { a: "b" } }, expr: "request.method == 'GET'" })).toBe(false);
    expect(reads({ when: { any: [{ not: { body: { a: 1 } } }] } })).toBe(true);
    expect(reads({ unless: { body: { schema: { type: "object" } } } })).toBe(true);
    expect(reads({ expr: "request.body.a == 1" })).toBe(true);
  });

  it("that only speaks of credentials in headers is refused: rules never see those", () => {
    expect(errorsOf({ ...good, when: { header: { Authorization: { prefix: "Bearer" } } } })).toMatchObject([
      { path: "when.header.Authorization", message: expect.stringContaining("credential") },
    ]);
    const tests = [
      { name: "t", request: { method: "GET", path: "/", headers: { AUTHORIZATION: "x" } }, expect: "allow" },
    ];
    expect(errorsOf({ ...good, tests, expr: "!('authorization' in request.headers)" })).toEqual([]);
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
    expect(() => parseRuleText("{name: 1}")).toThrow(/^The body is not JSON from character 2 on\.$/);
    expect(() => parseRuleText('{"name": sk_planted}')).toThrow(/^The body is not JSON\.$/);
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
