import type { Expr, Expr_Comprehension } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { internal } from "@/lib/rules/expression/evaluate/internal";
import { readersByName } from "@/lib/rules/expression/variables";
import { appendedItem, partsOf, spelledName } from "@/lib/rules/expression/syntax/walk";

/**
 * Rewrites an expression so that evaluating it counts steps, lists that macros fill grow in place, `has()` sees fields
 * that are null, and variables are read straight from the question.
 */
export function prepare(expr: Expr): Expr {
  const name = spelledName(expr);
  if (name !== null && readersByName.has(name)) return call(expr, internal.read + name, []);
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "selectExpr":
      return prepareSelect(expr, exprKind.value);
    case "callExpr":
      return prepareCall(expr, exprKind.value);
    case "listExpr":
      return rekind(expr, {
        case: "listExpr",
        value: { ...exprKind.value, elements: exprKind.value.elements.map(prepare) },
      });
    case "structExpr":
      return rekind(expr, { case: "structExpr", value: prepareStruct(exprKind.value) });
    case "comprehensionExpr":
      return rekind(expr, { case: "comprehensionExpr", value: prepareLoop(expr, exprKind.value) });
    case "constExpr":
    case "identExpr":
    case undefined:
      return expr;
  }
}

type Kind<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>;

function rekind(expr: Expr, exprKind: Expr["exprKind"]): Expr {
  return { ...expr, exprKind };
}

function call(expr: Expr, name: string, args: Expr[]): Expr {
  return rekind(expr, {
    case: "callExpr",
    value: { $typeName: "cel.expr.Expr.Call", function: name, args },
  });
}

function constant(
  expr: Expr,
  value: { case: "stringValue"; value: string } | { case: "int64Value"; value: bigint },
): Expr {
  return rekind(expr, {
    case: "constExpr",
    value: { $typeName: "cel.expr.Constant", constantKind: value },
  });
}

function prepareSelect(expr: Expr, select: Kind<"selectExpr">["value"]): Expr {
  const { operand, field, testOnly } = select;
  if (operand === undefined) return expr;
  if (!testOnly && field.includes("."))
    return call(expr, internal.field, [
      prepare(operand),
      constant(expr, { case: "stringValue", value: field }),
    ]);
  if (!testOnly) return rekind(expr, { case: "selectExpr", value: { ...select, operand: prepare(operand) } });
  const name = `${spelledName(operand)}.${field}`;
  if (readersByName.has(name)) return call(expr, internal.given + name, []);
  return call(expr, internal.has, [prepare(operand), constant(expr, { case: "stringValue", value: field })]);
}

function prepareCall(expr: Expr, made: Kind<"callExpr">["value"]): Expr {
  const item = appendedItem(expr);
  const [filled] = made.args;
  if (item !== null && filled !== undefined) return call(expr, internal.append, [filled, prepare(item)]);
  const args = made.args.map(prepare);
  const target = made.target === undefined ? {} : { target: prepare(made.target) };
  return rekind(expr, { case: "callExpr", value: { ...made, ...target, args } });
}

function prepareStruct(struct: Kind<"structExpr">["value"]): Kind<"structExpr">["value"] {
  const entries = struct.entries.map((entry) => ({
    ...entry,
    keyKind:
      entry.keyKind.case === "mapKey"
        ? { case: entry.keyKind.case, value: prepare(entry.keyKind.value) }
        : entry.keyKind,
    ...(entry.value === undefined ? {} : { value: prepare(entry.value) }),
  }));
  return { ...struct, entries };
}

function prepareLoop(expr: Expr, loop: Expr_Comprehension): Expr_Comprehension {
  const { iterRange, accuInit, loopCondition, loopStep } = loop;
  if (
    iterRange === undefined ||
    accuInit === undefined ||
    loopCondition === undefined ||
    loopStep === undefined
  )
    return loop;
  const fills = accuInit.exprKind.case === "listExpr" && accuInit.exprKind.value.elements.length === 0;
  const steps = constant(expr, { case: "int64Value", value: BigInt(sizeOfTurn(loopStep)) });
  return {
    ...loop,
    iterRange: call(iterRange, internal.range, [prepare(iterRange)]),
    accuInit: fills ? call(accuInit, internal.emptied, []) : accuInit,
    loopCondition: call(loopCondition, internal.turn, [steps, prepare(loopCondition)]),
    loopStep: prepare(loopStep),
  };
}

/** Parts that one turn evaluates; loops inside count their own turns. */
function sizeOfTurn(expr: Expr): number {
  if (expr.exprKind.case === "comprehensionExpr") return 1;
  return partsOf(expr).reduce((sum, part) => sum + sizeOfTurn(part), 1);
}
