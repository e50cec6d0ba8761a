import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import {
  newKeyring,
  openKeyring,
  rotated,
  runningOverlaps,
  sealKeyring,
  unopenable,
  type Keyring,
} from "@/lib/webhooks/endpoints/keyring";
import { findEndpoint, lockEndpoint } from "@/lib/webhooks/endpoints/stored-endpoint";
import { WebhookSecret, type RotateWebhookSecret } from "@/lib/webhooks/schema";

/**
 * The secret that signs an endpoint's messages. Whoever has it can sign what looks like ours, so it needs
 * `update:webhooks`, and the trail tells who saw it. Throws
 * `not-found`, or `conflict` when it cannot be opened.
 */
export async function readSecret(actor: Actor, id: string): Promise<WebhookSecret> {
  requireScope(actor, "update:webhooks");
  return db().$transaction(async (tx) => {
    await findEndpoint(tx, actor, id);
    const keyring = await keyringOf(tx, actor, id);
    if (keyring === null) throw new Problem("conflict", unopenable);
    await audit(tx, actor, { action: "webhooks.read-secret", subject: id });
    return presentSecret(keyring);
  });
}

/**
 * Gives an endpoint a new secret; the old one signs too for `overlapSeconds`. Needs `update:webhooks`. Throws
 * `not-found`.
 */
export async function rotateSecret(
  actor: Actor,
  { id, overlapSeconds, once = null }: RotateWebhookSecret & { id: string; once?: Once | null },
): Promise<WebhookSecret> {
  requireScope(actor, "update:webhooks");
  return transactOnce({ actor, once, answer: WebhookSecret }, async (tx) => {
    const { workspaceId } = await lockEndpoint(tx, actor, id);
    const before = await keyringOf(tx, actor, id);
    const keyring = before === null ? newKeyring() : rotated(before, overlapSeconds);
    await tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId, id } },
      data: { secrets: sealKeyring(keyring), updatedAt: new Date() },
    });
    await audit(tx, actor, { action: "webhooks.rotate-secret", subject: id, detail: { overlapSeconds } });
    return presentSecret(keyring);
  });
}

async function keyringOf(tx: Tx, { workspaceId }: Actor, id: string): Promise<Keyring | null> {
  const { secrets } = await tx.webhookEndpoint.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id } },
    select: { secrets: true },
  });
  return openKeyring(secrets);
}

function presentSecret(keyring: Keyring): WebhookSecret {
  return { secret: keyring.current, previous: runningOverlaps(keyring) };
}
