import { isCelError, plan, type CelEnv, type CelInput, type CelValue } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { environment } from "@/lib/rules/expression/evaluate/environment";
import { usePatterns, type Patterns } from "@/lib/rules/expression/evaluate/patterns";
import { startSteps, stepsAreSpent, tooManySteps } from "@/lib/rules/expression/evaluate/steps";
import { prepare } from "@/lib/rules/expression/syntax/prepare";

/** What came of one evaluation; `error` is a sentence. */
export type Outcome = { ok: true; value: CelValue } | { ok: false; error: string };

type Evaluate = (bindings?: Record<string, CelInput>) => Outcome;

/** Plans an expression once; every run then has its own number of steps. */
export function planExpression(expr: Expr, patterns: Patterns, within: CelEnv = environment): Evaluate {
  const evaluate = plan(within, prepare(expr));
  return (bindings) => {
    startSteps();
    usePatterns(patterns);
    const value = evaluate(bindings);
    if (stepsAreSpent()) return { ok: false, error: tooManySteps };
    return isCelError(value) ? { ok: false, error: sentence(value.message) } : { ok: true, value };
  };
}

function sentence(message: string): string {
  const [first = ""] = message;
  return `${first.toUpperCase()}${message.slice(1)}${message.endsWith(".") ? "" : "."}`;
}
