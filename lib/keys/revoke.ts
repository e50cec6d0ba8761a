import { requireScope, type Actor } from "@/lib/api/actor";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/audit";
import { announceKeyChange, type KeyChange } from "@/lib/keys/changes/announce";
import { readRoleScopes } from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { findStoredKey, lockKey } from "@/lib/keys/changes/stored-key";
import type { Key, RevokedKeys, RevokeKey, RevokeKeys } from "@/lib/keys/schema";

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
    const change = await end(tx, actor, { keyId, reason });
    const row = await lockKey(tx, actor, keyId);
    return {
      change,
      key: presentKey(row, await readRoleScopes(tx, actor.workspaceId, row.roles), new Date()),
    };
  });
  await announceKeyChange(change);
  return key;
}

/** Ends up to 100 keys in one transaction; ids that name no key of the caller's are answered, not refused. */
export async function revokeKeys(actor: Actor, { ids, reason }: RevokeKeys): Promise<RevokedKeys> {
  requireScope(actor, "revoke:keys");
  // One order for everybody, so that two bulk revocations cannot wait for each other.
  const keyIds = [...new Set(ids)].sort();
  const { changes, notFound } = await db().$transaction(async (tx) => {
    const changes: KeyChange[] = [];
    const notFound: string[] = [];
    for (const keyId of keyIds) {
      if ((await findStoredKey(tx, actor, keyId)) === null) notFound.push(keyId);
      else changes.push(await end(tx, actor, { keyId, reason }));
    }
    return { changes, notFound };
  });
  await Promise.all(changes.map(announceKeyChange));
  return { revoked: changes.map((change) => change.id), notFound };
}

async function end(
  tx: Tx,
  actor: Actor,
  { keyId, reason }: RevokeKey & { keyId: string },
): Promise<KeyChange> {
  const before = await lockKey(tx, actor, keyId);
  if (before.revokedAt !== null) return before;
  const { workspaceId, id } = before;
  const { generation } = await tx.key.update({
    where: { workspaceId_id: { workspaceId, id }, revokedAt: null },
    data: { revokedAt: new Date(), revokeReason: reason, heldName: null, generation: { increment: 1 } },
  });
  await audit(tx, actor, { action: "keys.revoke", subject: id, detail: { reason, name: before.name } });
  return { ...before, generation };
}
