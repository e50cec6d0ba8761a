import type { Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { compileRule } from "@/lib/rules/verdict/compile";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import type { RulesetSource } from "@/lib/rules/verdict/ruleset";
import { resolveAttachments } from "@/lib/rules/rulesets/attachments";
import { readWrittenRule } from "@/lib/rules/writing/written-rule";

/** A rule where it applies. */
export type PlacedRule = RulesetSource["rules"][number];

/** The stored rules with a draft among them. */
export interface Drafted {
  source: RulesetSource;
  placed: PlacedRule;
  /** The stored rule that the draft stands in for. */
  standing: PlacedRule | null;
}

/**
 * The stored rules with the draft in place of the one that has its id or name, or beside them. It is enforced whatever
 * its mode, else it could not be tried. Throws `invalid` for what is no rule.
 */
export async function withDraft(
  actor: Actor,
  given: { source: RulesetSource; draft: Record<string, unknown>; engines: RuleEngines },
): Promise<Drafted> {
  const { source, draft, engines } = given;
  const written = readWrittenRule(draft);
  const standing =
    source.rules.find(({ rule }) => rule.id === draft.id) ??
    source.rules.find(({ rule }) => rule.name === written.rule.name) ??
    null;
  const id = standing?.rule.id ?? "rule_draft";
  const { rule } = compileRule(id, { ...written.rule, mode: "enforce" }, engines);
  const attachments =
    written.attachments === undefined
      ? (standing?.attachments ?? [{ serviceId: null, keyId: null }])
      : await resolveAttachments(db(), actor.workspaceId, {
          attachments: written.attachments,
          path: "draft.attachments",
        });
  const placed = { rule, attachments };
  const others = source.rules.filter((one) => one !== standing);
  return { source: { ...source, rules: [...others, placed] }, placed, standing };
}
