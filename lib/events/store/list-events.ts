import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import type { EventFilters, EventPage } from "@/lib/events/schema";
import { cloudEvent, type Happened, type Places } from "@/lib/events/store/cloud-event";
import { toldToCustomers } from "@/lib/events/store/for-customer";
import { reachOf, type Reach } from "@/lib/events/store/reach";
import {
  askedSource,
  auditSource,
  decisionSource,
  emittedSource,
  storedPlace,
  type Source,
} from "@/lib/events/store/sources";
import { timeSelect } from "@/lib/events/stream/loaded-decision";
import type { PageQuery } from "@/lib/lists/schema";

const list = "events";

/** A page searches at most this many rows of each source for what no index finds; then it hands back a cursor to go on from. */
const searchedRowsMax = 10_000;

/**
 * All that happened in the workspace, newest first: of the types whose scope the actor holds, and for one bound to a
 * customer what concerns it. Needs `read:events`. Throws `invalid` for a type that the catalogue does not have.
 */
export async function listEvents(
  actor: Actor,
  { cursor, limit, ...filters }: EventFilters & PageQuery,
): Promise<EventPage> {
  requireScope(actor, "read:events");
  const reach = reachOf(actor, filters);
  const { events, next } = await newestEvents(reach, {
    before: cursor === undefined ? null : placeOf(decodeCursor(list, cursor)),
    limit,
  });
  return {
    items: events.map((event) => cloudEvent(event, reach)),
    nextCursor: next === null ? null : encodeCursor(list, [next.at, next.id]),
  };
}

/** Where a page ends, by time and then by id. */
interface Place {
  at: string;
  id: string;
}

/** How many to read, and before what. `upTo` is the last place of each stream that counts. */
interface Span {
  before: Place | null;
  limit: number;
  upTo?: Places;
}

/** The newest events of a reach, newest first. `next` is null when there are no older ones. */
export async function newestEvents(
  reach: Reach,
  span: Span,
): Promise<{ events: Happened[]; next: Place | null }> {
  const found = await Promise.all([
    readSource(emittedSource, { reach, span }),
    readSource(decisionSource, { reach, span }),
    readSource(askedSource, { reach, span }),
    readSource(auditSource, { reach, span }),
  ]);
  const floor = found.reduce<Place | null>((highest, { end }) => newer(highest, end), null);
  const all = found
    .flatMap(({ events }) => events)
    .filter((event) => floor === null || compare(event, floor) >= 0)
    .sort((one, other) => compare(other, one));
  const events = all.slice(0, span.limit);
  const next = all.length > span.limit ? (events.at(-1) ?? null) : floor;
  if (reach.bound !== null) await toldToCustomers(reach.workspaceId, events);
  return { events, next };
}

interface Reading {
  reach: Reach;
  span: Span;
}

/** The newest of one source, one more than asked for; and where it stopped to search, if it did before its end. */
async function readSource<Row extends object>(
  source: Source<Row>,
  { reach, span }: Reading,
): Promise<{ events: Happened[]; end: Place | null }> {
  if (!source.isWanted(reach)) return { events: [], end: null };
  const values: unknown[] = [reach.workspaceId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const within = ["workspace_id = $1", ...source.indexed(reach, bind)];
  if (span.upTo !== undefined) within.push(`place <= ${bind(storedPlace(source, span.upTo))}::bigint`);
  if (span.before !== null) {
    const [at, id] = [bind(span.before.at), bind(span.before.id)];
    within.push(
      `at <= ${at}::timestamptz and (at < ${at}::timestamptz or event_id collate "C" < ${id}::text)`,
    );
  }
  const searched = `(select * from ${source.rows} as stored where ${within.join(" and ")}
    order by at desc, event_id collate "C" desc limit ${searchedRowsMax}) as searched`;
  const spanValues = [...values];
  const wanted = source.other(reach, bind);
  const { rows } = await sql().query<Row>(
    `select ${source.select} from ${searched} ${wanted.length === 0 ? "" : `where ${wanted.join(" and ")}`}
     order by searched.at desc, searched.event_id collate "C" desc limit ${span.limit + 1}`,
    values,
  );
  const events = rows.map((row) => source.happened(row));
  const mayHaveStopped = rows.length <= span.limit && wanted.length > 0;
  return { events, end: mayHaveStopped ? await endOf(searched, spanValues) : null };
}

/** The oldest row that was searched, or null when the source ended before. */
async function endOf(searched: string, values: readonly unknown[]): Promise<Place | null> {
  const { rows } = await sql().query<Place>(
    `select ${timeSelect}, event_id as id from ${searched}
     order by searched.at desc, searched.event_id collate "C" desc offset ${searchedRowsMax - 1}`,
    [...values],
  );
  return rows[0] ?? null;
}

function compare(one: Place, other: Place): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id === other.id ? 0 : one.id < other.id ? -1 : 1;
}

function newer(one: Place | null, other: Place | null): Place | null {
  if (one === null || other === null) return one ?? other;
  return compare(one, other) >= 0 ? one : other;
}

function placeOf([at, id]: readonly (string | number)[]): Place {
  if (typeof at === "string" && typeof id === "string") return { at, id };
  throw new Problem("bad-request", "This cursor is not one of this list.");
}
