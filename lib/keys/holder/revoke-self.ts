import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { announceKeyChange } from "@/lib/keys/changes/announce";
import type { RevokedSelf } from "@/lib/keys/holder/schema";
import { endKey } from "@/lib/keys/revoke";
import type { RevokeKey } from "@/lib/keys/changes/schema";

/**
 * Ends the presented key for good, all its secrets at once. Whoever holds a leaked key may do that: it needs no scope.
 * Throws `invalid` for a caller that is no key.
 */
export async function revokeSelf(actor: Actor, { reason }: RevokeKey): Promise<RevokedSelf> {
  if (actor.kind !== "key") throw new Problem("invalid", "Only a key can revoke itself; present one.");
  const { keyId, workspaceId } = actor;
  const said = reason === "" ? "Revoked by its holder" : reason;
  const { change, revokedAt } = await db().$transaction(async (tx) => {
    const change = await endKey(tx, actor, { keyId, reason: said });
    const row = await tx.key.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id: keyId } } });
    return { change, revokedAt: row.revokedAt ?? new Date() };
  });
  await announceKeyChange(change);
  return { id: keyId, revokedAt: revokedAt.toISOString() };
}
