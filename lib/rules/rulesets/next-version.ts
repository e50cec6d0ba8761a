import { actorId, type Actor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";

/** What may go with every write that makes a version. */
export interface RulesetWriting {
  /** What its author says about it; at most 500 characters. */
  note?: string | undefined;
}

/** What a new version is about. */
interface VersionChange extends RulesetWriting {
  /** What it changes, in a sentence. */
  change: string;
  /** Ids of the rules and services that it makes, changes or removes, every one: nodes read nothing else of it. */
  ruleIds?: readonly string[];
  serviceIds?: readonly string[];
}

/** A version that changes more than this does not name it; nodes then read the whole. */
const namedMax = 1_000;

/**
 * Begins a new ruleset in the caller's transaction and answers its number. The workspace's row stays locked until the
 * transaction ends, so two writers at once make two versions, one after the other, and nobody reads half of either.
 */
export async function nextVersion(
  tx: Tx,
  actor: Actor,
  { change, note = "", ruleIds = [], serviceIds = [] }: VersionChange,
): Promise<number> {
  const { workspaceId } = actor;
  const { rulesetVersion: version } = await tx.workspace.update({
    where: { id: workspaceId },
    data: { rulesetVersion: { increment: 1 } },
    select: { rulesetVersion: true },
  });
  const changesAll = ruleIds.length + serviceIds.length > namedMax;
  const named = changesAll ? {} : { ruleIds: [...ruleIds], serviceIds: [...serviceIds] };
  await tx.ruleset.create({
    data: { workspaceId, version, author: actorId(actor), note, change, changesAll, ...named },
  });
  return version;
}

/** Locks what {@link nextVersion} would bump, for writers that must look first whether anything changes. */
export async function lockRuleset(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId} for no key update`;
}
