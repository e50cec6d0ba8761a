import { requireScope, type Actor } from "@/lib/api/actor";
import { answerGiven, transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { readRoleScopes, requireWholeGrant } from "@/lib/keys/changes/granting";
import {
  announceIssued,
  insertSecret,
  Issued,
  makeSecret,
  type NewSecret,
} from "@/lib/keys/changes/issue-secret";
import { presentKey } from "@/lib/keys/changes/present";
import { findStoredKey, lockLivingKey, type StoredKey } from "@/lib/keys/changes/stored-key";
import { secondsFrom } from "@/lib/keys/changes/times";
import type { RotateKey } from "@/lib/keys/changes/schema";
import { KeyEnvironment, type IssuedKey } from "@/lib/keys/schema";

/**
 * Issues a new secret; the key keeps its id, name, limits and history. The old secret works for `overlapSeconds` more.
 * A key has at most two working secrets: while an overlap runs, another one is a `conflict` that says when it ends;
 * `overlapSeconds: 0` is always possible and stops every older secret at once. Two rotations at once come one after
 * the other. Needs `rotate:keys` and the key's whole grant. Throws `not-found`, `forbidden`, `conflict` (revoked).
 */
export async function rotateKey(
  actor: Actor,
  { keyId, overlapSeconds, once = null }: RotateKey & { keyId: string; once?: Once | null },
): Promise<IssuedKey> {
  requireScope(actor, "rotate:keys");
  const seen = await db().$transaction((tx) => findStoredKey(tx, actor, keyId));
  if (seen === null) throw new Problem("not-found", "There is no such key.");
  await requireWholeGrant(db(), actor, seen);
  const given = await answerGiven({ actor, once, answer: Issued });
  if (given !== null) return announceIssued(given);
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
  const secret = await makeSecret(workspace.keyPrefix, KeyEnvironment.parse(seen.environment));
  const made = await transactOnce({ actor, once, answer: Issued }, (tx) =>
    replace(tx, actor, { keyId, overlapSeconds, secret }),
  );
  return announceIssued(made);
}

async function replace(
  tx: Tx,
  actor: Actor,
  { keyId, overlapSeconds, secret }: RotateKey & { keyId: string; secret: NewSecret },
): Promise<Issued> {
  const before = await lockLivingKey(tx, actor, keyId);
  await requireWholeGrant(tx, actor, before);
  const now = new Date();
  if (overlapSeconds > 0) refuseSecondOverlap(before, now);
  const { workspaceId } = before;
  const endsAt = secondsFrom(now, overlapSeconds);
  await tx.secret.updateMany({
    where: { workspaceId, keyId, OR: [{ expiresAt: null }, { expiresAt: { gt: endsAt } }] },
    data: { expiresAt: endsAt },
  });
  await insertSecret(tx, before, secret);
  await tx.key.update({
    where: { workspaceId_id: { workspaceId, id: keyId } },
    data: { generation: { increment: 1 } },
  });
  await audit(tx, actor, {
    action: "keys.rotate",
    subject: keyId,
    detail: { overlapSeconds, oldSecretEndsAt: endsAt.toISOString(), secretId: secret.id },
  });
  const row = await lockLivingKey(tx, actor, keyId);
  const key = presentKey(row, await readRoleScopes(tx, workspaceId, row.roles), now);
  const secrets = [...before.secrets, secret].map(({ id }) => ({ id }));
  return {
    issued: { key, secret: secret.value },
    change: { workspaceId, id: keyId, generation: row.generation, secrets },
  };
}

function refuseSecondOverlap(key: StoredKey, now: Date): void {
  const old = key.secrets.find((secret) => secret.expiresAt !== null && secret.expiresAt > now);
  if (old === undefined) return;
  throw new Problem("conflict", "An overlap is running; end it first, or rotate with overlapSeconds 0.", {
    members: { endsAt: old.expiresAt?.toISOString() },
  });
}
