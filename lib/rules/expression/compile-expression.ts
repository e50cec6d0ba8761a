import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import type { CompiledExpression } from "@/lib/rules/verdict/engines";
import { failed, no, yes, type Place } from "@/lib/rules/language/conditions/condition";
import { compilePattern, type Pattern, type Patterns } from "@/lib/rules/expression/evaluate/patterns";
import { planExpression } from "@/lib/rules/expression/evaluate/run";
import { whyNot } from "@/lib/rules/expression/explain";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { checkExpression } from "@/lib/rules/expression/syntax/check";
import { estimateSteps } from "@/lib/rules/expression/syntax/cost";
import { parseExpression, partPlace, type Parsed, type Refuse } from "@/lib/rules/expression/syntax/parse";
import { everyPart, literalText } from "@/lib/rules/expression/syntax/walk";
import { readVariablesFrom } from "@/lib/rules/expression/variables";
import { ruleLimits } from "@/lib/rules/language/limits";

/** Stands for an expression that was refused; no such rule is stored. */
const refusedExpression: CompiledExpression = { readsBody: false, test: () => failed, why: () => null };

/**
 * Compiles a rule's `expr`. Reports to `place` what is no CEL, names what does not exist, is no true or false, or could
 * take too long. The condition fails, rather than holds or not, when evaluating it meets an error or the step limit.
 */
export function compileExpression(source: string, place: Place): CompiledExpression {
  const told = new Set<string>();
  const refuse: Refuse = (message) => {
    if (!told.has(message)) place.report({ path: place.path, message });
    told.add(message);
  };
  const parsed = readExpression(source, refuse);
  if (parsed === null) return refusedExpression;
  const reads = checkExpression(parsed, refuse);
  checkCost(parsed, refuse);
  const patterns = compilePatterns(parsed, { place, refuse });
  if (told.size > 0) return refusedExpression;
  const evaluate = planExpression(parsed.expr, patterns);
  return {
    readsBody: reads.has("request.body"),
    test(asked) {
      readVariablesFrom(asked);
      const outcome = evaluate();
      if (!outcome.ok || typeof outcome.value !== "boolean") return failed;
      return outcome.value ? yes : no;
    },
    why: (asked) => whyNot(parsed, patterns, { asked, path: place.path }),
  };
}

/** Estimated steps of an expression that compiles, at most {@link expressionLimits.estimatedSteps}; 0 for what is none. */
export function expressionSteps(source: string): number {
  const parsed = readExpression(source, () => undefined);
  return parsed === null ? 0 : estimateSteps(parsed.expr);
}

function readExpression(source: string, refuse: Refuse): Parsed | null {
  if (source.length <= ruleLimits.expression) return parseExpression(source, refuse);
  refuse(`is longer than ${ruleLimits.expression} characters`);
  return null;
}

function checkCost(parsed: Parsed, refuse: Refuse): void {
  const steps = estimateSteps(parsed.expr);
  if (steps <= expressionLimits.estimatedSteps) return;
  const loop = costliestLoop(parsed.expr);
  refuse(
    `${partPlace(parsed, loop)}: could take ${steps.toLocaleString("en")} steps with lists of ${expressionLimits.assumedItems} items; ${expressionLimits.estimatedSteps.toLocaleString("en")} is the most. Loops inside loops multiply`,
  );
}

function costliestLoop(expr: Expr): Expr {
  for (const { part } of everyPart(expr)) if (part.exprKind.case === "comprehensionExpr") return part;
  return expr;
}

/** Patterns that are literals are compiled here, once, so that a wrong one is told to whoever writes it. */
function compilePatterns(parsed: Parsed, { place, refuse }: { place: Place; refuse: Refuse }): Patterns {
  const patterns = new Map<string, Pattern>();
  for (const { part } of everyPart(parsed.expr)) {
    if (part.exprKind.case !== "callExpr" || part.exprKind.value.function !== "matches") continue;
    const source = part.exprKind.value.args.map(literalText).at(-1) ?? null;
    if (source === null || patterns.has(source)) continue;
    const report: Place["report"] = ({ message }) =>
      refuse(`${partPlace(parsed, part)}: the pattern ${message}`);
    patterns.set(source, compilePattern(source, { ...place, report }));
  }
  return patterns;
}
