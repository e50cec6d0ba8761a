import { describe, expect, onTestFinished, test, vi } from "vitest";
import { asking, compiled, sound } from "@/lib/rules/expression/testing";
import { failed, no, yes } from "@/lib/rules/language/conditions/condition";
import type { Evaluation } from "@/lib/rules/language/question";

const request = {
  headers: { "x-tenant": "acme", "x-role": ["reader", "admin"] },
  query: { page: "2", role: ["reader", "admin"] },
  ip: "10.1.2.3",
  body: {
    amount: 3,
    note: null,
    items: [{ qty: 3 }, { qty: 12.5 }],
    empty: [],
    constructor: { name: "Object" },
  },
};
const credential = {
  id: "key_1",
  environment: "live" as const,
  scopes: ["admin:*"],
  labels: ["red"],
  metadata: { plan: "pro", limits: { amount: 5 } },
};

describe("what an expression reads", () => {
  test.each([
    ["request.method == 'POST' && request.path == '/v1/items/4'", yes],
    ["request.segments[1] == 'items' && request.segments.size() == 3", yes],
    ["request.headers['x-tenant'] == 'acme'", yes],
    ["request.headers.`x-tenant` == 'acme'", yes],
    ["request.headers['x-role'] == 'reader, admin'", yes],
    ["'admin' in request.headerValues['x-role']", yes],
    ["request.query.page == '2' && int(request.query.page) == 2", yes],
    ["request.query.role == 'reader'", failed],
    ["has(request.query.role) && request.queryValues.role.exists(r, r == 'admin')", yes],
    ["request.ip.startsWith('10.')", yes],
    ["request.body.items.all(i, i.qty < 10)", no],
    ["request.body.items.exists(i, i.qty == 3)", yes],
    ["request.body.amount == 3 && request.body.amount == 3.0 && request.body.amount <= 3", yes],
    ["request.body.amount + 1.0 == 4 && int(request.body.amount) % 2 == 1", yes],
    ["request.body.amount in [1, 2, 3]", yes],
    ["request.body.items[0].qty == 3 && request.body['amount'] == 3", yes],
    ["request.body.items[9].qty == 3", failed],
    ["has(request.body.note) && request.body.note == null && 'note' in request.body", yes],
    ["has(request.body.other) || 'other' in request.body", no],
    ["request.body.other == 1", failed],
    ["request.body.other == 1 || request.body.amount == 3", yes],
    ["request.body.amount == 'three'", no],
    ["request.body.amount", failed],
    ["request.body.constructor.name == 'Object' && !has(request.body.toString)", yes],
    ["request.body.items.map(i, i.qty).filter(q, q > 5.0) == [12.5]", yes],
    ["request.body.items.exists_one(i, i.qty > 5)", yes],
    ["credential.id == 'key_1' && credential.environment == 'live'", yes],
    ["'admin:users' in credential.scopes", no],
    ["credential.scopes.holds('admin:users')", yes],
    ["request.body.amount <= credential.metadata.limits.amount", yes],
    ["has(credential.customer)", no],
    ["credential.customer == 'acme'", failed],
    ["has(token.sub)", no],
    ["token.sub == 'u'", failed],
    ["service.slug == 'any'", yes],
    ["subject.type == 'key' && action.name == 'POST' && resource.id == '/v1/items/4'", yes],
    [
      "now > timestamp('2020-01-01T00:00:00Z') && now - timestamp('2020-01-01T00:00:00Z') > duration('24h')",
      yes,
    ],
    ["request.path.matches('^/v[0-9]+/')", yes],
    ["request.path.matches('v' + '1')", yes],
    ["request.path.matches(request.headers['x-tenant'] + '(')", failed],
    ["int(request.headers['x-tenant']) == 0", failed],
    ["int('') == 0", failed],
    ["int('0x1') == 1", failed],
    ["double('') == 0.0", failed],
    ["type(request.body.amount) == double && type(request.body) == map", yes],
    ["'x-tenant' in request.headers && !('x-other' in request.headers)", yes],
    ["'a,b'.split(',').size() == 2 && 'A'.lowerAscii() == 'a' && 'aXbX'.replace('X', '-') == 'a-b-'", yes],
  ])("%s", (source, truth) => {
    expect(sound(source).test(asking({ request, credential }))).toBe(truth);
  });

  test("a call without credential has none of its attributes", () => {
    expect(sound("has(credential.id) || has(credential.metadata.plan)").test(asking())).toBe(no);
    expect(sound("credential.metadata.plan == 'pro'").test(asking())).toBe(failed);
  });

  test("HEAD is judged as GET, whatever names the method", () => {
    const head = asking({ request: { method: "HEAD" } });
    expect(sound("request.method == 'GET' && action.name == 'GET'").test(head)).toBe(yes);
  });

  test("where a service ignores case, so does what the path is compared with", () => {
    const asked = asking({ request: { path: "/Admin/Users" } });
    const { service } = asked;
    const ignoring = { ...asked, service: { ...service, paths: { ...service.paths, caseSensitive: false } } };
    const expression = sound("request.path == '/admin/users' && request.segments[0] == 'admin'");
    expect(expression.test(asked)).toBe(no);
    expect(expression.test(ignoring)).toBe(yes);
  });

  test("a body that cannot be read is an error, and one that is not there is absent", () => {
    const unreadable = asking({ body: { kind: "error", message: "it is over 1 MiB" } });
    const expression = sound("has(request.body) && request.body.amount < 5");
    expect(expression.test(unreadable)).toBe(failed);
    expect(expression.why(unreadable)?.error).toBe("The body cannot be read: it is over 1 MiB.");
    expect(expression.test(asking())).toBe(no);
    expect(sound("request.body.amount < 5").test(asking())).toBe(failed);
  });

  test("a body that is null is there", () => {
    const asked = asking({ body: { kind: "json", value: null } });
    expect(sound("has(request.body) && request.body == null").test(asked)).toBe(yes);
  });

  test("a form's field is text, and one that is given twice is an error", () => {
    const form = asking({ body: { kind: "form", fields: { amount: "5", role: ["reader", "admin"] } } });
    expect(sound("int(request.body.amount) == 5").test(form)).toBe(yes);
    expect(sound("request.body.role == 'reader'").test(form)).toBe(failed);
  });

  test("what an AuthZEN question speaks of is there by its own names", () => {
    const evaluation: Evaluation = {
      subject: { type: "user", id: "rick", properties: { roles: ["admin"] } },
      action: { name: "HEAD", properties: {} },
      resource: { type: "todo", id: "7", properties: { ownerID: "rick" } },
      context: { hour: 9 },
    };
    const expression = sound(
      "resource.properties.ownerID == subject.id && 'admin' in subject.properties.roles && action.name == 'HEAD' && context.hour < 17",
    );
    expect(expression.test(asking({ evaluation }))).toBe(yes);
  });

  test.each([
    ["request.body.amount < 5", true],
    ["has(request.body)", true],
    ["[1].exists(x, x == request.body.x)", true],
    ["request.method == 'GET' && credential.metadata.body == 1", false],
  ])("whether %s reads the body is %s", (source, readsBody) => {
    expect(sound(source).readsBody).toBe(readsBody);
  });
});

describe("what is refused when a rule is written", () => {
  test.each([
    ["", /end of input/],
    ["request.method ==", /line 1, column \d+: /],
    [
      "request.method == 'GET' &&\n  request.foo == 1",
      /^line 2, column 10: request has no foo; it has method, path/,
    ],
    ["method == 'GET'", /there is no method; request\.method is meant\?/],
    ["request == 1", /request is no value; name a field: request\.method/],
    ["request['body'] == 1", /request is no value/],
    ["1 + 1", /must be true or false, not int/],
    ["request.segments", /must be true or false, not list/],
    ["request.method == 5", /string and int are never equal/],
    ["request.method + 1 == 'x'", /\+ takes no string and int/],
    ["request.method.size() && true", /true or false is needed here, not int/],
    ["fetch('http://x') == 1", /there is no function fetch/],
    [
      "request.method.matches('(a')",
      /^line 1, column \d+: the pattern is not an RE2 pattern: missing closing \)/,
    ],
    [`request.method.matches('${"a".repeat(501)}')`, /the pattern is longer than 500 characters/],
    ["request.method.matches('((a{30}){30})')", /the pattern compiles to more than 500 instructions/],
    ["request.headers['X-Role'] == 'a'", /the header is called \["x-role"\]/],
    ["request.headers.x_role == 'a'", /the header is called \["x-role"\]/],
    [
      "request.headers.authorization.startsWith('Basic')",
      /authorization holds a credential, which rules never see/,
    ],
    ["request.body.amount * 2 > 4", /numbers of JSON are doubles: write 2\.0 for 2/],
    ["request.body.all(request, request.a)", /request is a variable already/],
    ["5.all(x, true)", /found|no items/],
    ["request.method.all(x, true)", /a value of type string has no items/],
    ["google.protobuf.Struct{} == {}", /there is no type google\.protobuf\.Struct/],
    [`${"(".repeat(2_000)}true${")".repeat(1_990)}`, /brackets are nested more than 50 deep/],
    [`'${"a".repeat(10_000)}' == request.method`, /is longer than 4000 characters/],
    [`request.body${".a".repeat(400)} == 1`, /is nested more than 250 deep/],
  ])("%.60s", (source, reason) => {
    const { expression, errors } = compiled(source);
    expect(errors.join("\n")).toMatch(reason);
    expect(expression.test(asking())).toBe(failed);
  });

  test("loops inside loops are checked in time that grows with their text, not with their depth", () => {
    const nested = (depth: number): string => (depth === 0 ? "1" : `[1].map(x, ${nested(depth - 1)})`);
    const start = performance.now();
    expect(compiled(`${nested(45)} == [1]`).errors).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test("every mistake is told at once, each once", () => {
    expect(compiled("request.foo == 1 || method == 'x' || request.foo == 1").errors).toHaveLength(3);
  });
});

describe("why an expression is not true", () => {
  const why = (source: string) => sound(source).why(asking({ request, credential }));

  test("a comparison shows its two sides", () => {
    expect(why("request.body.amount > credential.metadata.limits.amount")).toEqual({
      path: "expr",
      left: 3,
      operator: ">",
      right: 5,
    });
    expect(why("credential.metadata.plan in ['free', 'team']")).toEqual({
      path: "expr",
      left: "pro",
      operator: "in",
      right: ["free", "team"],
    });
  });

  test("of several conditions the one that is false is shown, before one that failed", () => {
    expect(
      why("request.method == 'POST' && request.body.other == 1 && request.path.startsWith('/v2')"),
    ).toMatchObject({ left: "/v1/items/4", operator: "startsWith", right: "/v2" });
  });

  test("what could not be evaluated says so", () => {
    expect(why("credential.customer == 'acme'")).toMatchObject({
      left: null,
      error: "There is no credential.customer.",
    });
    expect(why("request.body.amount")).toMatchObject({ error: "The expression is neither true nor false." });
  });

  test("anything else is shown as it is written", () => {
    expect(why("request.body.items.all(i, i.qty < 10)")).toEqual({
      path: "expr",
      left: false,
      operator: "must be true",
      right: "request.body.items.all(i, i.qty < 10)",
    });
    expect(why("request.method == 'POST'")).toBeNull();
  });

  test("secrets are hidden, by the name they are read under and inside what is read", () => {
    const asked = asking({
      request: {
        headers: { cookie: "sid=1" },
        body: { password: "hunter2", user: { api_key: "k-123", name: "a" } },
      },
    });
    for (const source of [
      "request.headers.cookie == 'x'",
      "request.body['password'] == 'x'",
      "request.body.user == {'name': 'b'}",
    ])
      expect(JSON.stringify(sound(source).why(asked))).not.toMatch(/sid=1|hunter2|k-123/);
    expect(sound("request.body.user == {'name': 'b'}").why(asked)?.left).toEqual({
      api_key: "(hidden)",
      name: "a",
    });
  });
});

test("now is one time for the whole of a question, also in what is explained of it", () => {
  let timeMs = 0;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => (timeMs += 1_000));
  onTestFinished(() => void clock.mockRestore());
  const [same, later] = [sound("now == now"), sound("now < now")];
  const asked = asking();
  expect([same.test(asked), later.test(asked), same.why(asked)]).toEqual([yes, no, null]);
  const early = sound(`now <= timestamp('${new Date(timeMs + 1_000).toISOString()}')`);
  const [first, second] = [asking(), asking()];
  expect([early.test(first), early.test(second)]).toEqual([yes, no]);
});
