import type { AbstractRule, Formula, Leaf, Operator } from "@/lib/testing/oracles/policy";

/** Of a list's items, whether one must match or all (and there is one): a deny asks for any, an allow for all; negations swap. */
export type Quantifier = "any" | "all";

/** How an engine writes conditions. */
export interface Dialect<Written> {
  all(parts: Written[]): Written;
  any(parts: Written[]): Written;
  not(part: Written): Written;
  /** A scalar attribute compared. */
  compare(leaf: Leaf, operator: Operator): Written;
  /** A list compared: `operators` hold for any or all items. */
  compareList(leaf: Leaf, operators: readonly Operator[], quantifier: Quantifier): Written;
}

/** What must hold for a rule, in an engine's own words. */
export function writeRule<Written>(
  { effect, when, unless }: AbstractRule,
  dialect: Dialect<Written>,
): Written | null {
  const quantifier = effect === "deny" ? "any" : "all";
  const parts = [
    ...(when === null ? [] : [write(when, dialect, quantifier)]),
    ...(unless === null ? [] : [dialect.not(write(unless, dialect, opposite(quantifier)))]),
  ];
  return parts.length === 0 ? null : dialect.all(parts);
}

function write<Written>(formula: Formula, dialect: Dialect<Written>, quantifier: Quantifier): Written {
  switch (formula.kind) {
    case "block":
      return dialect.all(formula.leaves.map((leaf) => writeLeaf(leaf, dialect, quantifier)));
    case "all":
    case "any":
      return dialect[formula.kind](formula.parts.map((part) => write(part, dialect, quantifier)));
    case "not":
      return dialect.not(write(formula.part, dialect, opposite(quantifier)));
  }
}

function writeLeaf<Written>(leaf: Leaf, dialect: Dialect<Written>, quantifier: Quantifier): Written {
  const alternatives = leaf.alternatives.map((operators) =>
    leaf.type === "list"
      ? dialect.compareList(leaf, operators, quantifier)
      : dialect.all(operators.map((operator) => dialect.compare(leaf, operator))),
  );
  return dialect.any(alternatives);
}

function opposite(quantifier: Quantifier): Quantifier {
  return quantifier === "any" ? "all" : "any";
}

/** The four comparisons as most languages write them. */
export const comparators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Several expressions as one, in brackets wherever precedence could matter. */
export function joined(parts: readonly string[], operator: "&&" | "||"): string {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : `(${parts.join(` ${operator} `)})`;
}
