import fc from "fast-check";

/** Random matchers, some of which compare what cannot be compared. */
export const anyMatcher = fc.oneof(
  fc.constantFrom("pro", "free", 5, true),
  fc.record({ in: fc.constant(["pro", "free"]) }),
  fc.record({ prefix: fc.constant("p") }),
  fc.record({ gt: fc.constantFrom(3, "m") }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ contains: fc.constantFrom("read:a", "write:b") }),
);

/** Random blocks of conditions around `leaf`: `any`, `all` and `not` inside one another, and blocks of several keys. */
export function ruleBlocks(leaf: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const { block } = fc.letrec<{ block: object }>((tie) => ({
    block: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      leaf,
      fc.record({ any: fc.array(tie("block"), { minLength: 1, maxLength: 2 }) }),
      fc.record({ all: fc.array(tie("block"), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie("block") }),
      fc.tuple(leaf, tie("block")).map(([one, other]) => ({ ...one, ...other })),
    ),
  }));
  return block;
}
