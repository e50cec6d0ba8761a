import type { Expr, Expr_Comprehension } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { filledWith, partsOf } from "@/lib/rules/expression/syntax/walk";

/** Items of the lists that names stand for, as far as they are known. */
type Sizes = ReadonlyMap<string, number>;

/**
 * Steps that an expression could take, taking every list whose length is not written in it to have
 * {@link expressionLimits.assumedItems} items: a loop costs its body for each item, so nested loops multiply.
 */
export function estimateSteps(expr: Expr, sizes: Sizes = new Map()): number {
  const { exprKind } = expr;
  if (exprKind.case !== "comprehensionExpr")
    return 1 + partsOf(expr).reduce((sum, part) => sum + estimateSteps(part, sizes), 0);
  const { iterRange } = exprKind.value;
  if (iterRange === undefined) return 1;
  const turns = itemsOf(iterRange, sizes);
  return 1 + estimateSteps(iterRange, sizes) + turns * (1 + estimateTurn(exprKind.value, sizes));
}

function estimateTurn(loop: Expr_Comprehension, sizes: Sizes): number {
  const range = loop.iterRange;
  const inside = new Map(sizes);
  inside.set(loop.iterVar, range === undefined ? 1 : itemsOf(elementOf(range), sizes));
  return [loop.loopCondition, loop.loopStep].reduce(
    (sum, part) => sum + (part === undefined ? 0 : estimateSteps(part, inside)),
    0,
  );
}

/** How many items a value holds at most, as far as the expression says. */
function itemsOf(expr: Expr | null, sizes: Sizes): number {
  const { assumedItems } = expressionLimits;
  if (expr === null) return assumedItems;
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "listExpr":
      return exprKind.value.elements.length;
    case "structExpr":
      return exprKind.value.entries.length;
    case "identExpr":
      return sizes.get(exprKind.value.name) ?? assumedItems;
    case "comprehensionExpr":
      return exprKind.value.iterRange === undefined ? assumedItems : itemsOf(exprKind.value.iterRange, sizes);
    case "callExpr": {
      const { function: name, args } = exprKind.value;
      if (name === "_+_") return args.reduce((sum, arg) => sum + itemsOf(arg, sizes), 0);
      if (name === "_?_:_") return Math.max(...args.slice(1).map((arg) => itemsOf(arg, sizes)));
      return assumedItems;
    }
    case "constExpr":
    case "selectExpr":
    case undefined:
      return assumedItems;
  }
}

/** The largest item of a list that is written out or mapped; null when nothing is known of its items. */
function elementOf({ exprKind }: Expr): Expr | null {
  if (exprKind.case === "comprehensionExpr" && exprKind.value.loopStep !== undefined)
    return filledWith(exprKind.value.loopStep)?.item ?? null;
  if (exprKind.case !== "listExpr") return null;
  const { elements } = exprKind.value;
  return elements.reduce<Expr | null>(
    (largest, one) =>
      largest === null || itemsOf(one, new Map()) > itemsOf(largest, new Map()) ? one : largest,
    null,
  );
}
