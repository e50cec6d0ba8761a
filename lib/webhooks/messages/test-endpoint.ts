import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import type { ClaimedDelivery } from "@/lib/webhooks/delivery/claim";
import { postMessage } from "@/lib/webhooks/delivery/attempt/post";
import { triesMax } from "@/lib/webhooks/delivery/retry";
import { settleTest } from "@/lib/webhooks/delivery/settle";
import { openKeyring, signingSecrets, unopenable } from "@/lib/webhooks/endpoints/keyring";
import { lockHolder, type Holder } from "@/lib/webhooks/endpoints/holder";
import { findEndpoint } from "@/lib/webhooks/endpoints/stored-endpoint";
import { readAttempt } from "@/lib/webhooks/messages/attempts";
import type { WebhookAttempt } from "@/lib/webhooks/messages/schema";

/** Type of the message that a test sends. */
const testType = "webhook.test";

/** Tests of one holder's endpoints in a minute, so that nobody is called time and again through here. */
const testsPerMinute = 10;

/**
 * Sends a test message to an endpoint, also one that is switched off, and answers what came of it; it is tried once.
 * Needs `create:webhooks`. Throws `not-found`, `conflict` (a test of it is under way, or its secret cannot be opened) or
 * `rate-limited` ({@link testsPerMinute}).
 */
export async function testEndpoint(actor: Actor, id: string): Promise<WebhookAttempt> {
  requireScope(actor, "create:webhooks");
  const delivery = await setOutTest(actor, id);
  const { url, messageId, body, secrets } = delivery;
  const attempt = await settleTest(delivery, await postMessage({ url, id: messageId, body, secrets }));
  if (attempt === null) throw new Problem("not-found", "The webhook endpoint was removed meanwhile.");
  return readAttempt(actor.workspaceId, attempt);
}

/** Stores the message with a delivery that is claimed already, and that fails for good when this attempt does. */
function setOutTest(actor: Actor, id: string): Promise<ClaimedDelivery & { secrets: string[] }> {
  const { workspaceId } = actor;
  return db().$transaction(async (tx) => {
    const { url, customerId, disabledAt } = await findEndpoint(tx, actor, id);
    await requireTurn(tx, { workspaceId, customerId }, id);
    const { secrets } = await tx.webhookEndpoint.findUniqueOrThrow({
      where: { workspaceId_id: { workspaceId, id } },
      select: { secrets: true },
    });
    const keyring = openKeyring(secrets);
    if (keyring === null) throw new Problem("conflict", unopenable);
    const createdAt = new Date();
    const [messageId, claim] = [newId("msg"), newId("wat")];
    const body = JSON.stringify({
      type: testType,
      timestamp: createdAt.toISOString(),
      data: { endpoint: id },
    });
    await tx.webhookMessage.create({
      data: { workspaceId, id: messageId, customerId, eventType: testType, payload: body, createdAt },
    });
    const tries = triesMax - 1;
    await tx.$executeRaw`
      insert into webhook_delivery (workspace_id, message_id, endpoint_id, created_at, claim, tries, next_attempt_at)
      values (${workspaceId}, ${messageId}, ${id}, ${createdAt}, ${claim}, ${tries}::int, now() + interval '60 seconds')`;
    await audit(tx, actor, { action: "webhooks.test", subject: id, detail: { message: messageId } });
    return {
      workspaceId,
      messageId,
      endpointId: id,
      claim,
      tries,
      url,
      body,
      secrets: signingSecrets(keyring),
      endpointDisabled: disabledAt !== null,
    };
  });
}

/** One test of an endpoint at a time, and so many of a holder in a minute. The holder's row stays locked. */
async function requireTurn(tx: Tx, holder: Holder, endpointId: string): Promise<void> {
  await lockHolder(tx, holder);
  const { workspaceId, customerId } = holder;
  const message = { eventType: testType, customerId };
  const underWay = await tx.webhookDelivery.count({
    where: { workspaceId, endpointId, status: "pending", message },
  });
  if (underWay > 0) throw new Problem("conflict", "A test of this endpoint is under way.");
  const since = new Date(Date.now() - 60_000);
  const recent = await tx.webhookMessage.count({
    where: { workspaceId, ...message, createdAt: { gte: since } },
  });
  if (recent >= testsPerMinute)
    throw new Problem("rate-limited", `At most ${testsPerMinute} tests a minute.`, { retryAfterSeconds: 60 });
}
