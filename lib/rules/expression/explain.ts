import { unparse } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import type { Patterns } from "@/lib/rules/expression/evaluate/patterns";
import { planExpression, type Outcome } from "@/lib/rules/expression/evaluate/run";
import { shownValue } from "@/lib/rules/expression/shown-value";
import type { Parsed } from "@/lib/rules/expression/syntax/parse";
import { everyPart, literalText } from "@/lib/rules/expression/syntax/walk";
import { readVariablesFrom } from "@/lib/rules/expression/variables";
import type { Failure } from "@/lib/rules/language/conditions/condition";
import type { Asked } from "@/lib/rules/language/question";
import { isSecretName } from "@/lib/rules/language/secret-names";

/** Operators and functions of two sides, by how they are written. */
const twoSided: Record<string, string> = {
  "_==_": "==",
  "_!=_": "!=",
  "_<_": "<",
  "_<=_": "<=",
  "_>_": ">",
  "_>=_": ">=",
  "@in": "in",
  startsWith: "startsWith",
  endsWith: "endsWith",
  contains: "contains",
  matches: "matches",
  holds: "holds",
};

interface Asking {
  parsed: Parsed;
  evaluate: (expr: Expr) => Outcome;
  path: string;
}

/** Why an expression is not true for a question: the values of the first comparison that decided it, secrets hidden. */
export function whyNot(
  parsed: Parsed,
  patterns: Patterns,
  { asked, path }: { asked: Asked; path: string },
): Failure | null {
  readVariablesFrom(asked);
  const asking: Asking = { parsed, path, evaluate: (expr) => planExpression(expr, patterns)() };
  const outcome = asking.evaluate(parsed.expr);
  if (outcome.ok && outcome.value === true) return null;
  return explainPart(parsed.expr, outcome, asking);
}

function explainPart(expr: Expr, outcome: Outcome, asking: Asking): Failure {
  const culprit = firstCulprit(conjuncts(expr), asking);
  if (culprit !== null) return explainPart(culprit.side, culprit.came, asking);
  const compared = comparison(expr, asking);
  const error = errorOf(outcome);
  return {
    path: asking.path,
    ...(compared ?? {
      left: outcome.ok ? shownPart(expr, outcome) : null,
      operator: "must be true",
      right: textOf(expr, asking),
    }),
    ...(error === null ? {} : { error }),
  };
}

function errorOf(outcome: Outcome): string | null {
  if (!outcome.ok) return outcome.error;
  return typeof outcome.value === "boolean" ? null : "The expression is neither true nor false.";
}

/** The sides of all the `&&` at the top; none where there is no such. */
function conjuncts({ exprKind }: Expr): Expr[] {
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_&&_") return [];
  return exprKind.value.args.flatMap((side) => {
    const inner = conjuncts(side);
    return inner.length > 0 ? inner : [side];
  });
}

/** The first side that is false, else the first that is not true. */
function firstCulprit(sides: readonly Expr[], asking: Asking): { side: Expr; came: Outcome } | null {
  let first: { side: Expr; came: Outcome } | null = null;
  for (const side of sides) {
    const came = asking.evaluate(side);
    if (came.ok && came.value === false) return { side, came };
    if (!came.ok || came.value !== true) first ??= { side, came };
  }
  return first;
}

function comparison(expr: Expr, asking: Asking): { left: unknown; operator: string; right: unknown } | null {
  if (expr.exprKind.case !== "callExpr") return null;
  const { function: name, target, args } = expr.exprKind.value;
  const [left, right] = target === undefined ? args : [target, ...args];
  const operator = twoSided[name];
  if (operator === undefined || left === undefined || right === undefined) return null;
  return { left: valueOf(left, asking), operator, right: valueOf(right, asking) };
}

function valueOf(expr: Expr, { evaluate }: Asking): unknown {
  return shownPart(expr, evaluate(expr));
}

function shownPart(expr: Expr, outcome: Outcome): unknown {
  if (!outcome.ok) return null;
  return readsSecret(expr) ? "(hidden)" : shownValue(outcome.value);
}

/** Whether a field is read whose name says that its value is nobody's to see. */
function readsSecret(expr: Expr): boolean {
  for (const { part } of everyPart(expr)) {
    const { exprKind } = part;
    if (exprKind.case === "selectExpr" && isSecretName(exprKind.value.field)) return true;
    if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]") continue;
    const keys = exprKind.value.args.map(literalText);
    if (keys.some((key) => key !== null && isSecretName(key))) return true;
  }
  return false;
}

function textOf(expr: Expr, { parsed: { sourceInfo } }: Asking): string {
  const text = unparse({
    $typeName: "cel.expr.ParsedExpr",
    expr,
    ...(sourceInfo === undefined ? {} : { sourceInfo }),
  });
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
