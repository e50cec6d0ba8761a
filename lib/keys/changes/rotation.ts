import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import type { AuditAction } from "@/lib/events/catalogue";
import { audit } from "@/lib/events/trail/audit";
import { announceKeyChange } from "@/lib/keys/changes/announce";
import { readRoleScopes, requireWholeGrant } from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { lockLivingKey } from "@/lib/keys/changes/stored-key";
import { secondsFrom } from "@/lib/keys/changes/times";
import type { ExtendRotation } from "@/lib/keys/changes/schema";
import type { Key } from "@/lib/keys/schema";

/**
 * Lets the running overlap end `overlapSeconds` from now, later or sooner than it would. An overlap that is over stays
 * over. Needs `rotate:keys` and the key's whole grant. Throws `not-found` when no overlap runs.
 */
export function extendRotation(
  actor: Actor,
  { keyId, overlapSeconds }: ExtendRotation & { keyId: string },
): Promise<Key> {
  return moveEnd(actor, { keyId, action: "keys.extend-rotation", secondsLeft: overlapSeconds });
}

/** Ends the running overlap: the old secret is refused from the next call on. Otherwise as {@link extendRotation}. */
export function endRotation(actor: Actor, { keyId }: { keyId: string }): Promise<Key> {
  return moveEnd(actor, { keyId, action: "keys.end-rotation", secondsLeft: 0 });
}

async function moveEnd(
  actor: Actor,
  call: { keyId: string; action: AuditAction; secondsLeft: number },
): Promise<Key> {
  requireScope(actor, "rotate:keys");
  const { keyId, action, secondsLeft } = call;
  const { workspaceId } = actor;
  const { change, key } = await db().$transaction(async (tx) => {
    const before = await lockLivingKey(tx, actor, keyId);
    await requireWholeGrant(tx, actor, before);
    const now = new Date();
    const endsAt = secondsFrom(now, secondsLeft);
    const { count } = await tx.secret.updateMany({
      where: { workspaceId, keyId, expiresAt: { gt: now } },
      data: { expiresAt: endsAt },
    });
    if (count === 0) throw new Problem("not-found", "No overlap is running.");
    await tx.key.update({
      where: { workspaceId_id: { workspaceId, id: keyId } },
      data: { generation: { increment: 1 } },
    });
    await audit(tx, actor, { action, subject: keyId, detail: { oldSecretEndsAt: endsAt.toISOString() } });
    const after = await lockLivingKey(tx, actor, keyId);
    const shown = presentKey(after, await readRoleScopes(tx, workspaceId, after.roles), now);
    return { change: { ...after, secrets: before.secrets }, key: shown };
  });
  await announceKeyChange(change);
  return key;
}
