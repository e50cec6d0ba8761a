import { z } from "zod";
import { sql } from "@/lib/db/client";
import type { Happened, Places } from "@/lib/events/store/cloud-event";
import { toldToCustomers } from "@/lib/events/store/for-customer";
import type { Reach } from "@/lib/events/store/reach";
import {
  askedSource,
  auditSource,
  decisionSource,
  emittedSource,
  storedPlace,
  type Source,
} from "@/lib/events/store/sources";

const Trails = z.array(
  z.object({ workspace_id: z.string(), event: z.coerce.number(), audit: z.coerce.number() }),
);

/** How far emitted events and the audit trail reach, of workspaces that have any. */
export async function trailPlaces(
  workspaceIds: readonly string[],
): Promise<Map<string, Pick<Places, "event" | "audit">>> {
  const { rows } = await sql().query(
    `select workspace_id, event_position as event, audit_position as audit from trail where workspace_id = any($1::text[])`,
    [workspaceIds],
  );
  return new Map(
    Trails.parse(rows).map(({ workspace_id, event, audit }) => [workspace_id, { event, audit }]),
  );
}

/** Behind which places to read, and up to which. */
export interface PlaceSpan {
  from: Places;
  upTo: Places;
}

const rowsPerRead = 1_000;

/** Events of one stream in order of places, and how far they reach: the end of the span, unless there are more to read. */
interface ReadStream {
  events: Happened[];
  reached: number;
}

/** The next events of a reach between places, and the places that they reach. */
export async function eventsBetween(
  reach: Reach,
  span: PlaceSpan,
): Promise<{ events: Happened[]; reached: Places }> {
  const [decisions, asked, event, audit] = await Promise.all([
    readStream(decisionSource, reach, span),
    readStream(askedSource, reach, span),
    readStream(emittedSource, reach, span),
    readStream(auditSource, reach, span),
  ]);
  const decision = together(decisions, asked);
  const events = inTime([decision.events, event.events, audit.events]);
  return {
    events: await toldToCustomers(reach.workspaceId, events),
    reached: { decision: decision.reached, event: event.reached, audit: audit.reached },
  };
}

async function readStream<Row extends object>(
  source: Source<Row>,
  reach: Reach,
  { from, upTo }: PlaceSpan,
): Promise<ReadStream> {
  const end = upTo[source.stream];
  if (from[source.stream] >= end || !source.isWanted(reach)) return { events: [], reached: end };
  const values: unknown[] = [reach.workspaceId, storedPlace(source, from), storedPlace(source, upTo)];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = [...source.indexed(reach, bind), ...source.other(reach, bind)];
  const { rows } = await sql().query<Row>(
    `select ${source.select} from ${source.rows} as stored
     where workspace_id = $1 and place > $2::bigint and place <= $3::bigint
     ${conditions.map((condition) => `and ${condition}`).join(" ")} order by stored.place limit ${rowsPerRead}`,
    values,
  );
  const events = rows.map((row) => source.happened(row));
  return { events, reached: rows.length === rowsPerRead ? (events.at(-1)?.place ?? end) : end };
}

/** Two sources of one stream, as far as both reach. */
function together(one: ReadStream, other: ReadStream): ReadStream {
  const reached = Math.min(one.reached, other.reached);
  const events = [...one.events, ...other.events]
    .filter(({ place }) => place <= reached)
    .sort((a, b) => a.place - b.place);
  return { events, reached };
}

/** By time as far as that leaves each stream in its own order. */
function inTime(streams: readonly Happened[][]): Happened[] {
  const left = streams.map((events) => ({ events, at: 0 }));
  const merged: Happened[] = [];
  for (;;) {
    let first: { events: Happened[]; at: number } | null = null;
    for (const stream of left) {
      const next = stream.events[stream.at];
      const best = first?.events[first.at];
      if (next !== undefined && (best === undefined || next.at < best.at)) first = stream;
    }
    const event = first?.events[first.at];
    if (first === null || event === undefined) return merged;
    merged.push(event);
    first.at += 1;
  }
}
