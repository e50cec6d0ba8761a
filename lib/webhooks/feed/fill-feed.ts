import { z } from "zod";
import { db, sql, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { eventsBetween } from "@/lib/events/following/read-places";
import { cloudEvent, type Happened } from "@/lib/events/store/cloud-event";
import { log } from "@/lib/log";
import { ownTypesNamed } from "@/lib/webhooks/feed/own-types";
import { setOut, type NewMessage } from "@/lib/webhooks/messages/set-out";

/** Places in a workspace's audit trail and among its events: all up to there was set out. */
interface Places {
  audit: number;
  event: number;
}

/** Events of which one transaction tells. */
const toldAtOnce = 200;

interface Behind {
  workspaceId: string;
  read: Places;
  end: Places;
}

const BehindRows = z.array(
  z
    .object({
      workspace_id: z.string(),
      read_audit: z.coerce.number(),
      read_event: z.coerce.number(),
      end_audit: z.coerce.number(),
      end_event: z.coerce.number(),
    })
    .transform((row) => ({
      workspaceId: row.workspace_id,
      read: { audit: row.read_audit, event: row.read_event },
      end: { audit: row.end_audit, event: row.end_event },
    })),
);

/**
 * Makes messages of what happened in workspaces whose endpoints ask for Latchkey's own events: those of a customer for its
 * endpoints as a customer may read them, all for the workspace's own. The places that were read move in the transaction
 * that stores the messages, and only from where they were, so two nodes and a kill lose and double nothing. A workspace
 * whose events cannot be set out keeps no other from theirs. Returns whether anything was read.
 */
export async function fillFeeds(workspaceId: string | null = null): Promise<boolean> {
  const { rows } = await sql().query(
    `select c.workspace_id, c.audit_position as read_audit, c.event_position as read_event,
        t.audit_position as end_audit, t.event_position as end_event
       from webhook_cursor c join trail t on t.workspace_id = c.workspace_id
      where (t.audit_position > c.audit_position or t.event_position > c.event_position)
        and ($1::text is null or c.workspace_id = $1)`,
    [workspaceId],
  );
  let filled = false;
  for (const one of BehindRows.parse(rows))
    try {
      await fillFeed(one);
      filled = true;
    } catch (error) {
      log.warn(
        { err: error, workspace: one.workspaceId },
        "events were not set out; the next look tries again",
      );
    }
  return filled;
}

async function fillFeed({ workspaceId, read, end }: Behind): Promise<void> {
  const types = await typesAskedFor(workspaceId);
  const reach = { workspaceId, types, bound: null };
  const { events, reached } = await eventsBetween(reach, {
    from: { ...read, decision: 0 },
    upTo: { ...end, decision: 0 },
  });
  let from = read;
  do {
    const part = events.splice(0, toldAtOnce);
    const to = events.length === 0 ? reached : placesAfter(from, part);
    if (!(await tellPart(part, { workspaceId, from, to }))) return;
    from = to;
  } while (events.length > 0);
}

/** How far both streams were read when some of their events were. */
function placesAfter(from: Places, events: readonly Happened[]): Places {
  const last = (stream: keyof Places) =>
    events.findLast((event) => event.stream === stream)?.place ?? from[stream];
  return { audit: last("audit"), event: last("event") };
}

/** Stores the messages of events between places; false when another node did. */
function tellPart(
  events: readonly Happened[],
  { workspaceId, from, to }: { workspaceId: string; from: Places; to: Places },
): Promise<boolean> {
  return db().$transaction(async (tx) => {
    const moved = await tx.webhookCursor.updateMany({
      where: { workspaceId, auditPosition: from.audit, eventPosition: from.event },
      data: { auditPosition: to.audit, eventPosition: to.event },
    });
    if (moved.count === 0) return false;
    const asked = new Map<string | null, Promise<ReadonlySet<string>>>();
    const askedBy = (customerId: string | null) => {
      const known = asked.get(customerId) ?? typesOfHolder(tx, { workspaceId, customerId });
      asked.set(customerId, known);
      return known;
    };
    for (const event of events)
      for (const customerId of event.customer === null ? [null] : [null, event.customer])
        if ((await askedBy(customerId)).has(event.type)) await tell(tx, event, { workspaceId, customerId });
    return true;
  });
}

async function typesAskedFor(workspaceId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql().query<{ asked: string }>(
    `select distinct unnest(event_types) as asked from webhook_endpoint where workspace_id = $1 and disabled_at is null`,
    [workspaceId],
  );
  return new Set(ownTypesNamed(rows.map(({ asked }) => asked)));
}

interface Holder {
  workspaceId: string;
  customerId: string | null;
}

/** What a holder's endpoints ask for, so that nothing is stored for nobody. A customer that is being removed is waited for. */
async function typesOfHolder(tx: Tx, { workspaceId, customerId }: Holder): Promise<ReadonlySet<string>> {
  if (customerId !== null) {
    const there = await tx.$queryRaw<unknown[]>`
      select 1 from customer where workspace_id = ${workspaceId} and id = ${customerId} for key share`;
    if (there.length === 0) return new Set();
  }
  const endpoints = await tx.webhookEndpoint.findMany({
    where: { workspaceId, customerId, disabledAt: null },
    select: { eventTypes: true },
  });
  return new Set(ownTypesNamed(endpoints.flatMap(({ eventTypes }) => eventTypes)));
}

async function tell(tx: Tx, event: Happened, { workspaceId, customerId }: Holder): Promise<void> {
  const message: NewMessage = {
    workspaceId,
    id: newId("msg"),
    customerId,
    eventType: event.type,
    payload: JSON.stringify(cloudEvent(event, { workspaceId, bound: customerId })),
    createdAt: new Date(),
  };
  await tx.webhookMessage.create({ data: message });
  await setOut(tx, message, "named");
}
