import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import type { Validated } from "@/lib/rules/ask/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { checkRule, conditionCount } from "@/lib/rules/writing/check";
import { expressionSteps } from "@/lib/rules/expression/compile-expression";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { ruleLimits } from "@/lib/rules/language/limits";
import type { Rule } from "@/lib/rules/schema";
import { readRuleChange } from "@/lib/rules/writing/written-rule";

/** Checks a rule as a write would, and runs its tests, without storing it. Whether names exist and are free shows at the write. Needs `read:rules`. */
export function validateRule(actor: Actor, input: unknown): Validated {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const checked = checkRule(readRuleChange(input).change, serverEngines);
  return checked.ok
    ? {
        valid: true,
        errors: [],
        tests: checked.tests,
        cost: costOf(checked.rule),
        rule: checked.rule,
      }
    : { valid: false, errors: checked.errors, tests: checked.tests };
}

function costOf(rule: Rule): NonNullable<Validated["cost"]> {
  return {
    conditions: conditionCount(rule),
    conditionsMax: ruleLimits.conditions,
    steps: rule.expr === undefined ? 0 : expressionSteps(rule.expr),
    stepsMax: expressionLimits.estimatedSteps,
  };
}
