import {
  changeRuleset,
  emptyRuleset,
  type CompiledRuleset,
  type RulesetSource,
} from "@/lib/rules/verdict/ruleset";

/** Rules that are filed before other work gets a turn. */
const rulesPerTurn = 500;

/** A ruleset of thousands of rules, made without keeping calls waiting: nobody judges by it before it is whole. */
export async function buildInTurns(source: RulesetSource, nowMs: number): Promise<CompiledRuleset> {
  const { workspace, version, services, rules } = source;
  const part = { workspace, version, services: [], serviceIds: [], ruleIds: [] };
  let ruleset = changeRuleset(emptyRuleset(workspace), { ...part, services, rules: [] }, nowMs);
  for (let from = 0; from < rules.length; from += rulesPerTurn) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    ruleset = changeRuleset(ruleset, { ...part, rules: rules.slice(from, from + rulesPerTurn) }, nowMs);
  }
  return ruleset;
}
