import fc from "fast-check";
import { expect, test } from "vitest";
import { asking, compiled } from "@/lib/rules/expression/testing";
import { failed, no, yes } from "@/lib/rules/language/conditions/condition";

const pieces = (
  "request.body request.body.items request.headers request.method credential.scopes token now i.qty i x 1 2.0 'a' \"b\" " +
  "true null [1,2] {'a':1} ( ) [ ] { } , . : ? ! - + * / % == != < >= && || in has( .all(i, .map(x, .filter(i, " +
  ".exists(x, .size() .matches('a+') .startsWith( timestamp( string( int( `a-b` _ \\ ' \" \n // é \u0000"
).split(" ");
const body = { items: [{ qty: 1 }, { qty: "x" }, null, [1]], "a-b": true };

test("whatever is written compiles or is refused, and whatever compiles has a truth and an explanation", () => {
  const seen = { refused: 0, judged: 0 };
  const asked = asking({ request: { body }, credential: { scopes: ["read:*"] } });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 9 }), (written) => {
      const { expression, errors } = compiled(written.join(" "));
      const truth = expression.test(asked);
      expect([no, yes, failed]).toContain(truth);
      if (errors.length > 0) {
        seen.refused++;
        expect(truth).toBe(failed);
      } else {
        seen.judged++;
        expect(expression.why(asked) === null).toBe(truth === yes);
      }
    }),
    { numRuns: 6_000 },
  );
  expect(seen.refused).toBeGreaterThan(1_000);
  expect(seen.judged).toBeGreaterThan(20);
});

/** Well-formed expressions, so that evaluation and not only refusal is tried. */
const { expr } = fc.letrec<{ expr: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      "request.body",
      "request.body.items",
      "request.body.items[0].qty",
      "request.body.missing",
      "request.method",
      "request.headers",
      "credential.scopes",
      "credential.name",
      "token.sub",
      "now",
      "1",
      "2.5",
      "'a'",
      "null",
      "[1, 'a', null]",
      "{'a': [1]}",
    ),
    fc
      .tuple(tie("value"), fc.constantFrom("map", "filter"), tie("expr"))
      .map(([on, macro, of]) => `${on}.${macro}(v, ${of})`),
    fc
      .tuple(tie("value"), fc.constantFrom(" + ", " - ", " * ", " % "), tie("value"))
      .map((parts) => `(${parts.join("")})`),
    tie("value").map((of) => `dyn(${of})`),
    tie("value").map((of) => `string(${of})`),
    tie("value").map((of) => `size(${of})`),
  ),
  expr: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(tie("value"), fc.constantFrom(" == ", " != ", " < ", " >= ", " in "), tie("value"))
      .map((parts) => `(${parts.join("")})`),
    fc.tuple(tie("expr"), fc.constantFrom(" && ", " || "), tie("expr")).map((parts) => `(${parts.join("")})`),
    fc
      .tuple(tie("value"), fc.constantFrom("all", "exists", "exists_one"), tie("expr"))
      .map(([on, macro, of]) => `${on}.${macro}(v, ${of})`),
    tie("expr").map((of) => `!(${of})`),
    fc.constantFrom("has(request.body.items)", "has(token.sub)", "true"),
  ),
}));

test("a negation is the opposite, and only where the expression did not fail", () => {
  const asked = asking({ request: { body }, credential: { scopes: ["read:*"] } });
  const seen = new Set<number>();
  fc.assert(
    fc.property(expr, (written) => {
      const { expression, errors } = compiled(written);
      const truth = expression.test(asked);
      if (errors.length > 0) return;
      seen.add(truth);
      expect(expression.why(asked) === null).toBe(truth === yes);
      const { expression: negation } = compiled(`!(${written})`);
      expect(negation.test(asked)).toBe(truth === failed ? failed : truth === yes ? no : yes);
    }),
    { numRuns: 3_000 },
  );
  expect(seen).toEqual(new Set([no, yes, failed]));
});
