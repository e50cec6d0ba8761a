import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";
import { withinReach } from "@/lib/webhooks/endpoints/stored-endpoint";
import { DeliveryStatus, type WebhookDelivery, type WebhookMessage } from "@/lib/webhooks/messages/schema";

/** A message's row. */
export type StoredMessage = Awaited<ReturnType<typeof findMessage>>;

type Shown = Pick<StoredMessage, "workspaceId" | "id" | "customerId" | "eventType" | "createdAt">;

/** One message. Throws `not-found`, also for another workspace's or another customer's than the caller's. */
export async function findMessage(tx: Pick<Tx, "webhookMessage">, actor: Actor, id: string) {
  const row = await tx.webhookMessage.findFirst({ where: { ...withinReach(actor), id } });
  if (row === null) throw new Problem("not-found", "There is no such message.");
  return row;
}

/** Messages of one workspace as the API shows them, in their order. */
export async function presentMessages(
  tx: Pick<Tx, "webhookDelivery">,
  rows: readonly Shown[],
): Promise<WebhookMessage[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const deliveries = await tx.webhookDelivery.findMany({
    where: { workspaceId: first.workspaceId, messageId: { in: rows.map(({ id }) => id) } },
    orderBy: { endpointId: "asc" },
  });
  return rows.map((row) => {
    const own = deliveries.filter(({ messageId }) => messageId === row.id).map(presentDelivery);
    return {
      id: row.id,
      eventType: row.eventType,
      customer: row.customerId,
      status: statusOf(own),
      deliveries: own,
      createdAt: row.createdAt.toISOString(),
    };
  });
}

interface DeliveryRow {
  endpointId: string;
  status: string;
  tries: number;
  nextAttemptAt: Date | null;
  claim: string | null;
  endedAt: Date | null;
  lastError: string | null;
}

/** A delivery as the API shows it. */
export function presentDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    endpoint: row.endpointId,
    status: DeliveryStatus.parse(row.status),
    tries: row.tries,
    nextAttemptAt: row.claim === null ? (row.nextAttemptAt?.toISOString() ?? null) : null,
    endedAt: row.endedAt?.toISOString() ?? null,
    lastError: row.lastError,
  };
}

function statusOf(deliveries: readonly WebhookDelivery[]): WebhookMessage["status"] {
  if (deliveries.length === 0) return "unmatched";
  const has = (status: DeliveryStatus) => deliveries.some((delivery) => delivery.status === status);
  return has("pending") ? "pending" : has("failed") ? "failed" : "succeeded";
}
