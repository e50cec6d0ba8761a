import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { withDraft, type PlacedRule } from "@/lib/rules/ask/draft";
import { invalidField } from "@/lib/rules/ask/named";
import { replayEngines, telling } from "@/lib/rules/replay/kept/replay-engines";
import type { Replay } from "@/lib/rules/replay/schema";
import type { Compared } from "@/lib/rules/replay/comparing/score";
import { loadRuleset } from "@/lib/rules/rulesets/load";
import { buildRuleset, type RulesetSource } from "@/lib/rules/verdict/ruleset";

/**
 * One snapshot of the stored rules, and the same with the draft or without the removed rule. Throws `invalid` for a
 * draft that is no rule and a rule to remove that is not there.
 */
export async function comparedRulesets(actor: Actor, { draft, remove }: Replay): Promise<Compared> {
  const loaded = await loadRuleset(actor.workspaceId, replayEngines);
  if (loaded === null) throw new Problem("not-found", "There is no such workspace.");
  const source = withRules(loaded, loaded.rules.map(toTelling));
  if (draft === undefined) {
    const standing = source.rules.find(({ rule }) => rule.id === remove || rule.name === remove);
    if (standing === undefined) throw invalidField("remove", "there is no such rule");
    return compare(source, { standing, draft: null });
  }
  const drafted = await withDraft(actor, { source, draft, engines: replayEngines });
  return compare(source, { standing: drafted.standing, draft: toTelling(drafted.placed) });
}

function compare(source: RulesetSource, { standing, draft }: Pick<Compared, "standing" | "draft">): Compared {
  const nowMs = Date.now();
  const rulesetOf = (rules: readonly PlacedRule[]) =>
    buildRuleset(
      withRules(
        source,
        rules.filter(({ rule }) => rule.mode === "enforce"),
      ),
      nowMs,
    );
  const others = source.rules.filter((placed) => placed !== standing);
  const drafted = draft === null ? others : [...others, draft];
  return {
    current: rulesetOf(source.rules),
    drafted: rulesetOf(drafted),
    others: rulesetOf(others),
    draft,
    standing,
  };
}

function withRules(source: RulesetSource, rules: readonly PlacedRule[]): RulesetSource {
  return { ...source, rules };
}

function toTelling({ rule, attachments }: PlacedRule): PlacedRule {
  return { rule: telling(rule), attachments };
}
