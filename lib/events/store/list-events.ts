import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { eventTypes, isEventType, type EventType } from "@/lib/events/catalogue";
import type { EventFilters, EventPage } from "@/lib/events/schema";
import type { PageQuery } from "@/lib/lists/schema";
import { holds } from "@/lib/scopes/grant";

const list = "events";

/**
 * The workspace's events, newest first: of the types whose scope the actor holds, and for one bound to a customer those
 * that concern it. Needs `read:events`. Throws `invalid` for a type that the catalogue does not have.
 */
export async function listEvents(
  actor: Actor,
  { cursor, limit, ...filters }: EventFilters & PageQuery,
): Promise<EventPage> {
  requireScope(actor, "read:events");
  const customerId = customerOf(actor);
  const rows = await db().event.findMany({
    where: {
      workspaceId: actor.workspaceId,
      type: { in: readableTypes(actor, filters.type) },
      AND: [
        customerId === null ? {} : { customerId },
        filters.customer === undefined ? {} : { customerId: filters.customer },
        filters.subject === undefined ? {} : { subject: filters.subject },
        filters.from === undefined ? {} : { at: { gte: filters.from } },
        filters.to === undefined ? {} : { at: { lt: filters.to } },
        cursor === undefined ? {} : { seq: { lt: positionOf(cursor) } },
      ],
    },
    orderBy: { seq: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      id: row.id,
      seq: String(row.seq),
      type: row.type,
      at: row.at.toISOString(),
      subject: row.subject,
      customer: row.customerId,
      data: JsonObject.parse(row.data),
    })),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(list, [String(last.seq)]) : null,
  };
}

/** `key.*` is every type of a group. */
function readableTypes(actor: Actor, asked: string | undefined): EventType[] {
  const wanted = Object.keys(eventTypes)
    .filter(isEventType)
    .filter((type) =>
      asked === undefined
        ? true
        : asked.endsWith(".*")
          ? type.startsWith(asked.slice(0, -1))
          : type === asked,
    );
  if (wanted.length === 0)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "type", message: "names no type of event." }],
    });
  return wanted.filter((type) => holds(actor.scopes, eventTypes[type].scope));
}

function positionOf(cursor: string): bigint {
  const [seq] = decodeCursor(list, cursor);
  if (seq === undefined) throw new Problem("bad-request", "This cursor is not one of this list.");
  return BigInt(seq);
}
