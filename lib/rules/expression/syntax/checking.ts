import { CelScalar, type CelType } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { partPlace, type Parsed, type Refuse } from "@/lib/rules/expression/syntax/parse";

/** Types of the names that loops have brought in. */
type Scope = ReadonlyMap<string, CelType>;

/** What checking passes down. */
export interface Checking {
  parsed: Parsed;
  refuse: Refuse;
  scope: Scope;
  /** Full names of the variables met so far. */
  reads: Set<string>;
}

/** Refuses, and goes on as if the part could be anything, so that every mistake is told at once. */
export function refuse(checking: Checking, part: Expr, message: string): CelType {
  checking.refuse(`${partPlace(checking.parsed, part)}: ${message}`);
  return CelScalar.DYN;
}

export function isDyn(type: CelType): boolean {
  return type.name === "dyn";
}

/** The type of all, if they have one. */
export function commonType(types: readonly CelType[]): CelType {
  const [first] = types;
  return first !== undefined && types.every(({ name }) => name === first.name) ? first : CelScalar.DYN;
}
