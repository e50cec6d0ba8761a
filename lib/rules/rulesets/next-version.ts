import { actorId, type Actor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";

/**
 * Begins a new ruleset in the caller's transaction and answers its number. The workspace's row stays locked until the
 * transaction ends, so two writers at once make two versions, one after the other, and nobody reads half of either.
 */
export async function nextVersion(tx: Tx, actor: Actor, note: string): Promise<number> {
  const { workspaceId } = actor;
  const { rulesetVersion: version } = await tx.workspace.update({
    where: { id: workspaceId },
    data: { rulesetVersion: { increment: 1 } },
    select: { rulesetVersion: true },
  });
  await tx.ruleset.create({ data: { workspaceId, version, author: actorId(actor), note } });
  return version;
}

/** Locks what {@link nextVersion} would bump, for writers that must look first whether anything changes. */
export async function lockRuleset(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId} for update`;
}
