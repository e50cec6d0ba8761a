import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { inputProblem } from "@/lib/api/router";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { isEventType } from "@/lib/events/catalogue";
import { wakeWebhooks } from "@/lib/webhooks/delivery/schedule";
import { WebhookMessage, type CreateWebhookMessage } from "@/lib/webhooks/messages/schema";
import { keepCustomer } from "@/lib/webhooks/endpoints/holder";
import { setOut, type NewMessage } from "@/lib/webhooks/messages/set-out";
import { presentMessages } from "@/lib/webhooks/messages/stored-message";

/**
 * Stores a message and one delivery for each endpoint of its holder that asks for its type, in one transaction; they are
 * sent from then on. The provider's: a customer that could send would sign what looks like the provider's. The same `id`
 * again is the same message. Needs `create:webhooks`. Throws `not-found` (no such customer), `conflict` (another
 * message has that `id`) or `invalid`.
 */
export async function createMessage(
  actor: Actor,
  { once = null, ...input }: CreateWebhookMessage & { once?: Once | null },
): Promise<WebhookMessage> {
  requireScope(actor, "create:webhooks");
  requireProvider(actor);
  if (isEventType(input.eventType))
    throw inputProblem([{ path: ["eventType"], message: "is one of Latchkey's own; take another name" }]);
  const message = await transactOnce({ actor, once, answer: WebhookMessage }, (tx) =>
    insert(tx, actor, input),
  );
  wakeWebhooks();
  return message;
}

async function insert(tx: Tx, actor: Actor, input: CreateWebhookMessage): Promise<WebhookMessage> {
  const { workspaceId } = actor;
  const { eventType, customer, id = newId("msg") } = input;
  const message: NewMessage = {
    workspaceId,
    id,
    customerId: customer === undefined ? null : (await findCustomer(tx, actor, customer)).id,
    eventType,
    payload: JSON.stringify(input.payload),
    createdAt: new Date(),
  };
  await keepCustomer(tx, message);
  const { count } = await tx.webhookMessage.createMany({ data: [message], skipDuplicates: true });
  if (count === 1) await setOut(tx, message);
  const row = await tx.webhookMessage.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } });
  if (!isSame(row, message)) throw new Problem("conflict", "Another message has that id.");
  const [shown] = await presentMessages(tx, [row]);
  if (shown === undefined) throw new Error("A message was not presented");
  return shown;
}

type Told = Pick<NewMessage, "customerId" | "eventType" | "payload">;

function isSame(one: Told, other: Told): boolean {
  return (
    one.customerId === other.customerId && one.eventType === other.eventType && one.payload === other.payload
  );
}
