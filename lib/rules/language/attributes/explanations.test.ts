import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { asAsked, type Question } from "@/lib/rules/language/question";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import { Rule } from "@/lib/rules/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { testCall } from "@/lib/testing/rules/ruleset";

function why(when: object, call: Partial<Question>) {
  const { rule } = compileRule("rule_1", Rule.parse({ name: "a", effect: "allow", when }), serverEngines);
  return rule.condition.why(asAsked(testCall(call)));
}

const json = (value: unknown): Partial<Question> => ({ body: { kind: "json", value } });
const capped = {
  type: "object",
  properties: {
    items: {
      type: "array",
      items: { type: "object", properties: { price: { type: "number", maximum: 10 } } },
    },
  },
};

describe("an explanation says what the request had, the operator, and what the rule asks for", () => {
  it.each<[string, object, Partial<Question>, object]>([
    [
      "a header",
      { header: { "X-Tier": "gold" } },
      { headers: { "x-tier": "tin" } },
      { path: "when.header.X-Tier", left: "tin", operator: "equals", right: "gold" },
    ],
    [
      "a parameter that is absent",
      { query: { limit: { lte: 5 } } },
      {},
      { path: "when.query.limit", left: null, operator: "lte", right: 5 },
    ],
    [
      "a field that is no number",
      { body: { amount: { lte: 5 } } },
      json({ amount: "5" }),
      { left: "5", operator: "lte", right: 5, error: expect.any(String) },
    ],
    [
      "the item of a list that is beyond",
      { body: { "items.price": { lte: 10 } } },
      json({ items: [{ price: 1 }, { price: 11 }] }),
      { path: "when.body.items.price", left: 11, operator: "lte", right: 10 },
    ],
    [
      "where a body does not fit its schema",
      { body: { schema: capped } },
      json({ items: [{ price: 11 }] }),
      { path: "when.body.schema", left: 11, operator: "schema", right: "/items/0/price must be <= 10" },
    ],
    [
      "why a body could not be read",
      { body: { schema: capped } },
      { body: { kind: "error", message: "The body is not valid JSON." } },
      { left: null, operator: "schema", error: "The body is not valid JSON." },
    ],
    [
      "more values than are judged",
      { body: { list: 1 } },
      json({ list: Array.from({ length: 10_001 }, () => 1) }),
      { left: null, error: expect.stringContaining("10000 values") },
    ],
    [
      "an address",
      { ip: ["10.0.0.0/8"] },
      { address: "11.0.0.1" },
      { path: "when.ip", left: "11.0.0.1", operator: "cidr", right: ["10.0.0.0/8"] },
    ],
    [
      "the action of an HTTP request",
      { action: { name: "POST" } },
      {},
      { path: "when.action.name", left: "GET", operator: "equals", right: "POST" },
    ],
  ])("%s", (_says, when, call, expected) => {
    expect(why(when, call)).toMatchObject(expected);
  });

  it("takes for a secret's name what a replay takes for one", () => {
    for (const name of ["x-csrf", "pin", "session-id", "cardNumber"]) {
      expect(decisionInput(testCall({ headers: { [name]: "v" } }))).toContain("masked");
      expect(why({ header: { [name]: "a" } }, { headers: { [name.toLowerCase()]: "v" } })).toMatchObject({
        left: "(hidden)",
      });
    }
  });

  it("hides what stands under a secret's name, and only whether it was there is told", () => {
    expect(why({ header: { cookie: "a" } }, { headers: { cookie: "session=1" } })).toMatchObject({
      left: "(hidden)",
    });
    expect(why({ header: { cookie: "a" } }, {})).toMatchObject({ left: null });
    expect(why({ body: { "user.password": "a" } }, json({ user: { password: "b" } }))).toMatchObject({
      left: "(hidden)",
    });
    expect(why({ body: { user: "a" } }, json({ user: { password: "b", name: "ada" } }))).toMatchObject({
      left: { password: "(hidden)", name: "ada" },
    });
    const evaluation = {
      subject: { type: "user", id: "ada", properties: {} },
      action: { name: "read", properties: {} },
      resource: { type: "file", id: "1", properties: {} },
      context: { login: { otp: "123456" } },
    };
    expect(why({ context: { "login.otp": "a" } }, { evaluation })).toMatchObject({ left: "(hidden)" });
  });

  it("cuts what is long", () => {
    const { left } = why({ body: { text: "a" } }, json({ text: "b".repeat(10_000) })) ?? {};
    expect(String(left).length).toBeLessThan(300);
  });
});
