import { requireScope, type Actor } from "@/lib/api/actor";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { announceKeyChange, type KeyChange } from "@/lib/keys/changes/announce";
import { readRoleScopes } from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { lockKey, withParts, type StoredKey } from "@/lib/keys/changes/stored-key";
import { keysMatching } from "@/lib/keys/reading/matching";
import { revokedKeysMax, type RevokedKeys, type RevokeKey, type RevokeKeys } from "@/lib/keys/changes/schema";
import type { Key } from "@/lib/keys/schema";

/**
 * Ends a key for good. Its row, secrets and rule attachments stay as history; its name is free again. Revoking it
 * twice is fine: the first reason stays, and every node is told again. Needs `revoke:keys`. Throws `not-found`.
 */
export async function revokeKey(
  actor: Actor,
  { keyId, reason }: RevokeKey & { keyId: string },
): Promise<Key> {
  requireScope(actor, "revoke:keys");
  const { change, key } = await db().$transaction(async (tx) => {
    const change = await endKey(tx, actor, { keyId, reason });
    const row = await lockKey(tx, actor, keyId);
    return {
      change,
      key: presentKey(row, await readRoleScopes(tx, actor.workspaceId, row.roles), new Date()),
    };
  });
  await announceKeyChange(change);
  return key;
}

/**
 * Ends up to 500 keys in one transaction: those named, or those that pass a filter. Either all of them end, each with
 * its own entry in the trail, or none does. Ids that name no key of the caller's are answered, not refused. A filter
 * leaves out the caller's own key, so that what goes wrong can still be mended with it. Needs `revoke:keys`.
 */
export async function revokeKeys(actor: Actor, { ids, filter, reason }: RevokeKeys): Promise<RevokedKeys> {
  requireScope(actor, "revoke:keys");
  const now = new Date();
  const meant = filter === undefined ? {} : keysMatching(actor, filter, now);
  const own = actor.kind === "key" && filter !== undefined ? actor.keyId : null;
  const passing = filter === undefined ? (ids ?? []) : await firstIds(meant, own);
  const keyIds = [...new Set(passing)].slice(0, revokedKeysMax);
  const changes = await db().$transaction(async (tx) => {
    // One order for everybody, so that two bulk revocations cannot wait for each other.
    await tx.$executeRaw`select 1 from api_key where workspace_id = ${actor.workspaceId} and id = any(${keyIds}) order by id for update`;
    const mine = keysMatching(actor, {}, now);
    const rows = await tx.key.findMany({
      where: { AND: [mine, meant, { id: { in: keyIds } }] },
      include: withParts(now),
    });
    return endAll(tx, actor, { rows, reason });
  });
  await Promise.all(changes.map(announceKeyChange));
  const revoked = changes.map((change) => change.id);
  return {
    revoked,
    notFound: filter === undefined ? keyIds.filter((id) => !revoked.includes(id)) : [],
    more: passing.length > revokedKeysMax,
  };
}

/** Ids of living keys that are meant, one more than a call revokes. */
async function firstIds(meant: ReturnType<typeof keysMatching>, own: string | null): Promise<string[]> {
  const rows = await db().key.findMany({
    where: { AND: [meant, { revokedAt: null, ...(own === null ? {} : { id: { not: own } }) }] },
    select: { id: true },
    orderBy: { id: "asc" },
    take: revokedKeysMax + 1,
  });
  return rows.map((row) => row.id);
}

async function endAll(
  tx: Tx,
  actor: Actor,
  { rows, reason }: { rows: readonly StoredKey[]; reason: string },
): Promise<KeyChange[]> {
  const living = rows.filter((row) => row.revokedAt === null);
  await tx.key.updateMany({
    where: { workspaceId: actor.workspaceId, id: { in: living.map((row) => row.id) }, revokedAt: null },
    data: ended(reason),
  });
  for (const { id, name } of living)
    await audit(tx, actor, { action: "keys.revoke", subject: id, detail: { reason, name } });
  return rows.map((row) => (row.revokedAt === null ? { ...row, generation: row.generation + 1 } : row));
}

/** Ends one key of the actor's view inside a transaction; announce the change when it is committed. Throws `not-found`. */
export async function endKey(
  tx: Tx,
  actor: Actor,
  { keyId, reason }: { keyId: string; reason: string },
): Promise<KeyChange> {
  const before = await lockKey(tx, actor, keyId);
  const [change = before] = await endAll(tx, actor, { rows: [before], reason });
  return change;
}

function ended(reason: string) {
  return { revokedAt: new Date(), revokeReason: reason, heldName: null, generation: { increment: 1 } };
}
