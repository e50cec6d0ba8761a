import { expect, test } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { Rule } from "@/lib/rules/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";

const compile = (effect: "allow" | "deny", when: unknown, mode: "server" | "browser" = "server") =>
  compileRule("rule", Rule.parse({ name: "a", effect, when }), mode === "server" ? serverEngines : null);

test("conditions that are written alike are one, those that count several values another way are not", () => {
  const when = { credential: { scopes: { contains: "read:invoices" } } };
  const [one, other, deny] = [compile("allow", when), compile("allow", when), compile("deny", when)];
  expect(one.rule.beyondIndex).toBe(other.rule.beyondIndex);
  expect(one.rule.beyondIndex).not.toBe(deny.rule.beyondIndex);
  const elsewhere = compile("allow", { token: { scopes: { contains: "read:invoices" } } });
  expect(one.rule.beyondIndex).not.toBe(elsewhere.rule.beyondIndex);
});

test("what is wrong is told every time, and so is what a pattern costs", () => {
  for (const wrong of [
    { credential: { name: { regex: "(" } } },
    { header: { authorization: "x" } },
    { subject: { "a..b": "x" } },
  ]) {
    const first = compile("deny", wrong).errors;
    expect(first).not.toEqual([]);
    expect(compile("deny", wrong).errors).toEqual(first);
  }
  const costly = { credential: { name: { regex: `(${"a|b".repeat(40)}){40}` } } };
  const twice = { all: Array.from({ length: 50 }, () => costly) };
  const first = compile("allow", twice).errors;
  expect(first.length).toBeGreaterThan(0);
  expect(compile("allow", twice).errors).toEqual(first);
});

test("what needs the server is not passed over because the server knew it", () => {
  const when = { credential: { metadata: { schema: { type: "object" } } } };
  const named = { credential: { "metadata.plan": { schema: { type: "string" } } } };
  expect(() => compile("allow", when)).toThrow();
  expect(compile("allow", named).needsServer).toBe(false);
  expect(compile("allow", named, "browser").needsServer).toBe(true);
});
