import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";

/** The expressions directly inside one, in the order they are written. */
export function partsOf({ exprKind }: Expr): Expr[] {
  switch (exprKind.case) {
    case "selectExpr":
      return known([exprKind.value.operand]);
    case "callExpr":
      return known([exprKind.value.target, ...exprKind.value.args]);
    case "listExpr":
      return exprKind.value.elements;
    case "structExpr":
      return known(
        exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === "mapKey" ? keyKind.value : undefined,
          value,
        ]),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return known([iterRange, accuInit, loopCondition, loopStep, result]);
    }
    case "constExpr":
    case "identExpr":
    case undefined:
      return [];
  }
}

function known(parts: (Expr | undefined)[]): Expr[] {
  return parts.filter((part) => part !== undefined);
}

/** The expression itself and all inside it, without recursion, so that no depth breaks it; each with how deep it is. */
export function* everyPart(expr: Expr): Generator<{ part: Expr; depth: number }> {
  const waiting = [{ part: expr, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const depth = next.depth + 1;
    waiting.push(...partsOf(next.part).map((part) => ({ part, depth })));
  }
}

/** The text of a literal, or null for anything else. */
export function literalText({ exprKind }: Expr): string | null {
  if (exprKind.case !== "constExpr" || exprKind.value.constantKind.case !== "stringValue") return null;
  return exprKind.value.constantKind.value;
}

/** The dotted name that an expression spells, such as `request.body`, or null. */
export function spelledName({ exprKind }: Expr): string | null {
  if (exprKind.case === "identExpr") return exprKind.value.name;
  if (exprKind.case !== "selectExpr" || exprKind.value.operand === undefined || exprKind.value.testOnly)
    return null;
  const operand = spelledName(exprKind.value.operand);
  return operand === null ? null : `${operand}.${exprKind.value.field}`;
}

/** What one turn of `map` or `filter` adds to the list it fills, and under which condition; null for other loops. */
export function filledWith(loopStep: Expr): { item: Expr; condition: Expr | null } | null {
  const { exprKind } = loopStep;
  const isConditional = exprKind.case === "callExpr" && exprKind.value.function === "_?_:_";
  const [condition = null, adding = loopStep] = isConditional ? exprKind.value.args : [];
  const item = appendedItem(adding);
  return item === null ? null : { item, condition };
}

/** The item, if the expression is the adding of one to the list that a macro fills. */
export function appendedItem({ exprKind }: Expr): Expr | null {
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_+_") return null;
  const [filled, added] = exprKind.value.args;
  if (filled?.exprKind.case !== "identExpr" || !isInternalName(filled.exprKind.value.name)) return null;
  if (added?.exprKind.case !== "listExpr") return null;
  const [item] = added.exprKind.value.elements;
  return item ?? null;
}

/** Names such as `@result` that only macros make. */
export function isInternalName(name: string): boolean {
  return name.startsWith("@");
}
