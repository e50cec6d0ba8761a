import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db, sql } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { customerNamed, withinReach } from "@/lib/webhooks/endpoints/stored-endpoint";
import type {
  ListWebhookMessages,
  WebhookMessageDetail,
  WebhookMessagePage,
} from "@/lib/webhooks/messages/schema";
import { requireTypeReadable } from "@/lib/webhooks/feed/own-types";
import { findMessage, presentMessages } from "@/lib/webhooks/messages/stored-message";

const list = "webhook-messages";

/**
 * One message, what is sent and how its deliveries stand. Needs `read:webhooks`, and for one of Latchkey's own events
 * what reading that needs. Throws `not-found`.
 */
export async function readMessage(actor: Actor, id: string): Promise<WebhookMessageDetail> {
  requireScope(actor, "read:webhooks");
  const row = await findMessage(db(), actor, id);
  requireTypeReadable(actor, row.eventType);
  const [shown] = await presentMessages(db(), [row]);
  if (shown === undefined) throw new Error("A message was not presented");
  return { ...shown, payload: JsonObject.parse(JSON.parse(row.payload)) };
}

/** A page of messages, newest first. Needs `read:webhooks`; a caller bound to a customer sees that one's. */
export async function listMessages(actor: Actor, query: ListWebhookMessages): Promise<WebhookMessagePage> {
  requireScope(actor, "read:webhooks");
  const { workspaceId, customerId } = withinReach(actor);
  const named = query.customer === undefined ? customerId : await customerNamed(actor, query.customer);
  if (named === null) return { items: [], nextCursor: null };
  const after = query.cursor === undefined ? null : placeOf(decodeCursor(list, query.cursor));
  const { statement, values } = pageStatement({ ...query, workspaceId, customerId: named, after });
  const { rows } = await sql().query<{ id: string }>(statement, values);
  const ids = rows.slice(0, query.limit).map(({ id }) => id);
  const found = await db().webhookMessage.findMany({
    where: { workspaceId, id: { in: ids } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    omit: { payload: true },
  });
  const last = rows.length > query.limit ? found.at(-1) : undefined;
  return {
    items: await presentMessages(db(), found),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.createdAt.getTime(), last.id]),
  };
}

interface Place {
  at: Date;
  id: string;
}

const placeOf = ([at, id]: (string | number)[]): Place => ({ at: new Date(Number(at)), id: String(id) });

interface Wanted extends Omit<ListWebhookMessages, "customer" | "cursor"> {
  workspaceId: string;
  customerId: string | undefined;
  after: Place | null;
}

/**
 * Ids of a page and one more, along an index: deliveries by endpoint, or by status where that is all that is asked of
 * them, else messages, whose deliveries are looked up one by one.
 */
function pageStatement(wanted: Wanted): { statement: string; values: unknown[] } {
  const { workspaceId, customerId, endpoint, status, eventType, from, to, after, limit } = wanted;
  const byDelivery = endpoint !== undefined || (status !== undefined && customerId === undefined);
  const [table, id] = byDelivery ? ["webhook_delivery", "r.message_id"] : ["webhook_message", "r.id"];
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const conditions = [`r.workspace_id = ${value(workspaceId)}`];
  if (after !== null) conditions.push(`(r.created_at, ${id}) < (${value(after.at)}, ${value(after.id)})`);
  if (from !== undefined) conditions.push(`r.created_at >= ${value(from)}`);
  if (to !== undefined) conditions.push(`r.created_at < ${value(to)}`);
  if (endpoint !== undefined) conditions.push(`r.endpoint_id = ${value(endpoint)}`);
  if (status !== undefined)
    conditions.push(
      byDelivery
        ? `r.status = ${value(status)}`
        : `exists (select 1 from webhook_delivery d
             where d.workspace_id = r.workspace_id and d.message_id = r.id and d.status = ${value(status)})`,
    );
  const message = byDelivery ? "m" : "r";
  if (customerId !== undefined) conditions.push(`${message}.customer_id = ${value(customerId)}`);
  if (eventType !== undefined) conditions.push(`${message}.event_type = ${value(eventType)}`);
  const join = byDelivery
    ? "join webhook_message m on m.workspace_id = r.workspace_id and m.id = r.message_id"
    : "";
  const statement = `select distinct r.created_at, ${id} as id from ${table} r ${join}
    where ${conditions.join(" and ")} order by r.created_at desc, ${id} desc limit ${value(limit + 1)}`;
  return { statement, values };
}
