import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { detachRules, findRules } from "@/lib/rules/rulesets/stored-rule";
import { findService } from "@/lib/services/stored/find";

/**
 * Removes a service, named by id or slug, and answers the ruleset version without it. Rules attached to it stay and
 * lose that place, in the same version; one that had no other place is attached nowhere, never everywhere. Needs `destroy:services`.
 */
export async function deleteService(
  actor: Actor,
  idOrSlug: string,
  { note }: RulesetWriting = {},
): Promise<number> {
  requireScope(actor, "destroy:services");
  requireProvider(actor);
  const version = await db().$transaction((tx) => removeService(tx, actor, { idOrSlug, note }));
  await announceRuleset(actor.workspaceId, version);
  return version;
}

async function removeService(
  tx: Tx,
  actor: Actor,
  { idOrSlug, note }: RulesetWriting & { idOrSlug: string },
): Promise<number> {
  const { workspaceId } = actor;
  await lockRuleset(tx, workspaceId);
  const { id, slug } = await findService(tx, workspaceId, idOrSlug);
  const attached = await findRules(tx, { where: { workspaceId, attachments: { some: { serviceId: id } } } });
  const version = await nextVersion(tx, actor, {
    change: `Removed the service ${slug}`,
    note,
    ruleIds: attached.map((rule) => rule.id),
    serviceIds: [id],
  });
  await detachRules(tx, actor, { serviceId: id, rows: attached, version });
  await tx.service.delete({ where: { workspaceId_id: { workspaceId, id } } });
  await audit(tx, actor, {
    action: "services.delete",
    subject: id,
    detail: { slug, rulesDetached: attached.length, rulesetVersion: version },
  });
  return version;
}
