import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { wakeWebhooks } from "@/lib/webhooks/delivery/schedule";
import { requireReadable, requireTypeReadable } from "@/lib/webhooks/feed/own-types";
import { deliveriesAtOnce } from "@/lib/webhooks/endpoints/stop-deliveries";
import { lockEndpoint, type StoredEndpoint } from "@/lib/webhooks/endpoints/stored-endpoint";
import type {
  RecoveredDeliveries,
  RecoverWebhookEndpoint,
  ResendWebhookMessage,
  WebhookDelivery,
} from "@/lib/webhooks/messages/schema";
import { findMessage, presentDelivery } from "@/lib/webhooks/messages/stored-message";

/**
 * Sets a message out once more to an endpoint of its holder, also one that did not ask for it or was added later; one
 * that is under way goes on. Needs `update:webhooks`. Throws `not-found` or `conflict` (the endpoint is switched off).
 */
export async function resendMessage(
  actor: Actor,
  { id, endpoint }: ResendWebhookMessage & { id: string },
): Promise<WebhookDelivery> {
  requireScope(actor, "update:webhooks");
  const { workspaceId } = actor;
  const delivery = await db().$transaction(async (tx) => {
    const { customerId } = await lockEnabled(tx, actor, endpoint);
    const message = await findMessage(tx, actor, id);
    requireTypeReadable(actor, message.eventType);
    if (message.customerId !== customerId)
      throw new Problem("not-found", "There is no such endpoint of the message's customer.");
    const name = { workspaceId, messageId: id, endpointId: endpoint };
    await tx.$executeRaw`
      insert into webhook_delivery as d (workspace_id, message_id, endpoint_id, created_at)
      values (${workspaceId}, ${id}, ${endpoint}, ${message.createdAt})
      on conflict (workspace_id, message_id, endpoint_id) do update
         set status = 'pending', tries = 0, next_attempt_at = now(), claim = null, ended_at = null, last_error = null
       where d.claim is null`;
    await audit(tx, actor, { action: "webhooks.resend", subject: endpoint, detail: { message: id } });
    return tx.webhookDelivery.findUniqueOrThrow({ where: { workspaceId_messageId_endpointId: name } });
  });
  wakeWebhooks();
  return presentDelivery(delivery);
}

/**
 * Sets out once more what an endpoint did not take of the messages since a time, the oldest first, in short transactions;
 * killed or refused meanwhile, it can be asked for again. Needs `update:webhooks`. Throws `not-found` or `conflict` (the
 * endpoint is switched off).
 */
export async function recoverEndpoint(
  actor: Actor,
  { id, since }: RecoverWebhookEndpoint & { id: string },
): Promise<RecoveredDeliveries> {
  requireScope(actor, "update:webhooks");
  let recovered = 0;
  for (;;) {
    const count = await db().$transaction((tx) => recoverSome(tx, actor, { id, since }));
    wakeWebhooks();
    recovered += count;
    if (count < deliveriesAtOnce) return { recovered };
  }
}

async function recoverSome(
  tx: Tx,
  actor: Actor,
  { id, since }: RecoverWebhookEndpoint & { id: string },
): Promise<number> {
  const { workspaceId } = actor;
  requireReadable(actor, (await lockEnabled(tx, actor, id)).eventTypes);
  const recovered = await tx.$executeRaw`
    with part as materialized (
      select ctid from webhook_delivery
       where workspace_id = ${workspaceId} and endpoint_id = ${id} and status = 'failed'
         and created_at >= ${new Date(since)}::timestamptz
       order by created_at limit ${deliveriesAtOnce}::int for update)
    update webhook_delivery d
       set status = 'pending', tries = 0, next_attempt_at = now(), claim = null, ended_at = null, last_error = null
     where d.ctid = any(array(select ctid from part))`;
  await audit(tx, actor, { action: "webhooks.recover", subject: id, detail: { since, recovered } });
  return recovered;
}

async function lockEnabled(tx: Tx, actor: Actor, id: string): Promise<StoredEndpoint> {
  const row = await lockEndpoint(tx, actor, id);
  if (row.disabledAt !== null)
    throw new Problem("conflict", "The endpoint is switched off; switch it on first.");
  return row;
}
