import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import {
  customerNamed,
  findEndpoint,
  presentEndpoint,
  presentEndpoints,
  withinReach,
} from "@/lib/webhooks/endpoints/stored-endpoint";
import type { ListWebhookEndpoints, WebhookEndpoint, WebhookEndpointPage } from "@/lib/webhooks/schema";

const list = "webhook-endpoints";

/** One endpoint and how its deliveries stand. Needs `read:webhooks`. Throws `not-found`. */
export async function readEndpoint(actor: Actor, id: string): Promise<WebhookEndpoint> {
  requireScope(actor, "read:webhooks");
  return presentEndpoint(await findEndpoint(db(), actor, id));
}

/** A page of endpoints, newest first. Needs `read:webhooks`; a caller bound to a customer sees that one's. */
export async function listEndpoints(
  actor: Actor,
  { cursor, limit, customer }: ListWebhookEndpoints,
): Promise<WebhookEndpointPage> {
  requireScope(actor, "read:webhooks");
  const named = customer === undefined ? undefined : await customerNamed(actor, customer);
  if (named === null) return { items: [], nextCursor: null, total: 0 };
  const where = { ...withinReach(actor), ...(named === undefined ? {} : { customerId: named }) };
  const after = cursor === undefined ? {} : beyond(decodeCursor(list, cursor));
  const [rows, total] = await Promise.all([
    db().webhookEndpoint.findMany({
      where: { AND: [where, after] },
      omit: { secrets: true },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: limit + 1,
    }),
    db().webhookEndpoint.count({ where }),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: await presentEndpoints(shown),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.createdAt.getTime(), last.id]),
    total,
  };
}

function beyond([position, last]: (string | number)[]): Prisma.WebhookEndpointWhereInput {
  const createdAt = new Date(Number(position));
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: String(last) } }] };
}
