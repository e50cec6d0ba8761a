import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { findRule, removeRules } from "@/lib/rules/rulesets/stored-rule";

/** Removes a rule and answers the ruleset version without it; older versions keep it. Needs `destroy:rules`. */
export async function deleteRule(actor: Actor, id: string, { note }: RulesetWriting = {}): Promise<number> {
  requireScope(actor, "destroy:rules");
  requireProvider(actor);
  const { workspaceId } = actor;
  const version = await db().$transaction(async (tx) => {
    await lockRuleset(tx, workspaceId);
    const { name } = await findRule(tx, workspaceId, id);
    const next = await nextVersion(tx, actor, { change: `Removed ${name}`, note, ruleIds: [id] });
    await removeRules(tx, workspaceId, { ids: [id], version: next });
    await audit(tx, actor, { action: "rules.delete", subject: id, detail: { name, version: next } });
    return next;
  });
  await announceRuleset(workspaceId, version);
  return version;
}
