import { systemActor } from "@/lib/api/actor";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { emitEvent } from "@/lib/events/emit";
import { log } from "@/lib/log";
import type { ClaimedDelivery } from "@/lib/webhooks/delivery/claim";
import type { Posted } from "@/lib/webhooks/delivery/attempt/post";
import { nextDelayMs } from "@/lib/webhooks/delivery/retry";
import { stopDeliveries } from "@/lib/webhooks/endpoints/stop-deliveries";
import { shownUrl } from "@/lib/webhooks/endpoints/stored-endpoint";

/** An endpoint that takes nothing for so long is switched off: five days. */
const failingMsMax = 5 * 86_400_000;
/** And not before so many attempts in a row, where little is sent. */
const failuresMin = 10;
/** How exactly an endpoint's last success is known. */
const successWithinMs = 1_000;

/**
 * Writes down what came of an attempt: the attempt itself, how its delivery goes on, how its endpoint stands, and whether
 * that is switched off. The endpoint's row is locked first, as by everything that changes an endpoint. Returns the
 * attempt's id; null when the delivery is gone with its endpoint or message.
 */
export function settle(delivery: ClaimedDelivery, posted: Posted): Promise<string | null> {
  return db().$transaction(async (tx) => {
    const switchedOff = await noteHealth(tx, delivery, posted);
    const id = await writeDown(tx, delivery, posted);
    if (id === null) return null;
    if (switchedOff) await stopDeliveries(tx, { workspaceId: delivery.workspaceId, id: delivery.endpointId });
    return id;
  });
}

/** The same for a test, which says nothing of how the endpoint fares. */
export function settleTest(delivery: ClaimedDelivery, posted: Posted): Promise<string | null> {
  return db().$transaction((tx) => writeDown(tx, delivery, posted));
}

async function writeDown(tx: Tx, delivery: ClaimedDelivery, posted: Posted): Promise<string | null> {
  const id = await insertAttempt(tx, delivery, posted);
  if (id === null) return null;
  if (posted.succeeded) await markSucceeded(tx, delivery);
  else await markFailed(tx, delivery, posted);
  return id;
}

/** Whether the endpoint is switched off because of this attempt. */
async function noteHealth(tx: Tx, delivery: ClaimedDelivery, posted: Posted): Promise<boolean> {
  const { workspaceId, endpointId: id } = delivery;
  const { at, error } = posted;
  if (error === null) {
    const before = new Date(at.getTime() - successWithinMs);
    await tx.webhookEndpoint.updateMany({
      where: {
        workspaceId,
        id,
        OR: [{ failures: { gt: 0 } }, { lastSucceededAt: null }, { lastSucceededAt: { lt: before } }],
      },
      data: { failures: 0, failingSince: null, lastSucceededAt: at },
    });
    return false;
  }
  const { count } = await tx.webhookEndpoint.updateMany({
    where: { workspaceId, id },
    data: { failures: { increment: 1 }, lastError: error, lastErrorAt: at },
  });
  if (count === 0) return false;
  await tx.webhookEndpoint.updateMany({
    where: { workspaceId, id, failingSince: null },
    data: { failingSince: at },
  });
  return switchOffIfDue(tx, delivery, posted);
}

async function switchOffIfDue(
  tx: Tx,
  { workspaceId, endpointId: id }: ClaimedDelivery,
  { at, error, response }: Posted,
): Promise<boolean> {
  const row = await tx.webhookEndpoint.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id } },
    select: { url: true, customerId: true, disabledAt: true, failingSince: true, failures: true },
  });
  const forMs = row.failingSince === null ? 0 : at.getTime() - row.failingSince.getTime();
  const failing = forMs >= failingMsMax && row.failures >= failuresMin;
  const reason = response?.status === 410 ? "gone" : failing ? "failing" : null;
  if (reason === null || row.disabledAt !== null) return false;
  await tx.webhookEndpoint.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: { disabledAt: at, disabledReason: reason, updatedAt: at },
  });
  const failingSince = row.failingSince?.toISOString() ?? null;
  await audit(tx, systemActor(workspaceId), {
    action: "webhooks.disable",
    subject: id,
    detail: { url: shownUrl(row.url), reason, failingSince },
  });
  await emitEvent(tx, {
    workspaceId,
    type: "webhook.disabled",
    subject: id,
    customerId: row.customerId,
    data: { reason, failingSince, error },
  });
  log.warn({ endpoint: id, reason }, "a webhook endpoint was switched off");
  return true;
}

async function insertAttempt(
  tx: Tx,
  { workspaceId, messageId, endpointId }: ClaimedDelivery,
  { at, durationMs, succeeded, response, error }: Posted,
): Promise<string | null> {
  const id = newId("wat");
  const inserted = await tx.$executeRaw`
    insert into webhook_attempt (workspace_id, id, message_id, endpoint_id, at, duration_ms, succeeded, response_status,
        response_headers, response_body, error)
    select workspace_id, ${id}, message_id, endpoint_id, ${at}, ${durationMs}::int, ${succeeded}, ${response?.status ?? null}::int,
        ${JSON.stringify(response?.headers ?? {})}::jsonb, ${response?.body ?? ""}, ${error}
      from webhook_delivery where workspace_id = ${workspaceId} and message_id = ${messageId} and endpoint_id = ${endpointId}
       for key share`;
  return inserted === 1 ? id : null;
}

/** What was taken was taken, also when the claim was lost meanwhile. */
async function markSucceeded(tx: Tx, { workspaceId, messageId, endpointId }: ClaimedDelivery): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { workspaceId, messageId, endpointId },
    data: { status: "succeeded", endedAt: new Date(), nextAttemptAt: null, claim: null, lastError: null },
  });
}

/** When it is tried again goes by the database's clock, as being due does: nodes' clocks may be anywhere. */
async function markFailed(
  tx: Tx,
  { workspaceId, messageId, endpointId, claim, tries: before }: ClaimedDelivery,
  { error, retryAfterMs }: Posted,
): Promise<void> {
  const tries = before + 1;
  const delayMs = nextDelayMs({ tries, retryAfterMs });
  const [status, seconds] = delayMs === null ? ["failed", null] : ["pending", delayMs / 1_000];
  await tx.$executeRaw`
    update webhook_delivery
       set tries = ${tries}::int, claim = null, last_error = ${error}, status = ${status},
           ended_at = case when ${status} = 'failed' then now() end,
           next_attempt_at = now() + make_interval(secs => ${seconds}::float8)
     where workspace_id = ${workspaceId} and message_id = ${messageId} and endpoint_id = ${endpointId}
       and claim = ${claim} and status = 'pending'`;
}
