import fc from "fast-check";
import { expect, test } from "vitest";
import { parseScopeExpression } from "@/lib/keys/verification/scope-expression";

test.each([
  ["read:invoices", ["read:invoices"], true],
  ["read:invoices", ["read:*"], true],
  ["read:invoices", ["write:invoices"], false],
  ["read:a and read:b", ["read:a"], false],
  ["read:a or read:b", ["read:b"], true],
  ["read:a or read:b and read:c", ["read:a"], true],
  ["(read:a or read:b) and read:c", ["read:a"], false],
  ["read:invoices and (write:submissions or admin:users)", ["read:invoices", "admin:users"], true],
  ["datastore::set", ["set:datastore"], true],
  ["set:datastore", ["*:*"], false],
])("%s of %j is %s", (expression, held, expected) => {
  expect(parseScopeExpression(expression)(held)).toBe(expected);
});

test.each([
  ["", "at word 1"],
  ["and", "at word 1"],
  ["read:a and", "at word 3"],
  ["read:a read:b", "at word 2"],
  ["(read:a", "at word 3"],
  ["read:a)", "at word 2"],
  ["read a", "at word 1"],
  ["(".repeat(2_000) + "read:a" + ")".repeat(2_000), "nests deeper"],
])("%s is refused with its place", (expression, message) => {
  expect(() => parseScopeExpression(expression)).toThrow(
    expect.objectContaining({
      extra: { errors: [{ path: "scopes", message: expect.stringContaining(message) }] },
    }),
  );
});

test("an expression means what the same expression in JavaScript means", () => {
  const names = ["read:a", "read:b", "read:c", "read:d"];
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...names),
      fc
        .tuple(tie("expression"), fc.constantFrom("and", "or"), tie("expression"))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
    ),
  }));
  fc.assert(
    fc.property(expression, fc.subarray(names), (text, held) => {
      const source = text
        .replaceAll("and", "&&")
        .replaceAll("or", "||")
        .replace(/read:[abcd]/g, (name) => String(held.includes(name)));
      expect(parseScopeExpression(text)(held)).toBe(new Function(`return ${source}`)());
    }),
  );
});
