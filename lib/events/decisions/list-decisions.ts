import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import { boundFilters, filterConditions } from "@/lib/events/stream/decision-filter";
import {
  decisionOf,
  decisionSelect,
  timeSelect,
  type DecisionRow,
} from "@/lib/events/stream/loaded-decision";
import type { DecisionFilters, DecisionPage } from "@/lib/events/schema";
import type { PageQuery } from "@/lib/lists/schema";

const list = "decisions";
/** A page searches at most this many rows for what no index finds; then it hands back a cursor to go on from. */
const searchedRowsMax = 20_000;

/** Decisions of the workspace, newest first; a key of a customer sees its customer's only. */
export async function listDecisions(
  actor: Actor,
  { cursor, limit, ...filters }: DecisionFilters & PageQuery,
): Promise<DecisionPage> {
  requireScope(actor, "read:decisions");
  const bound = await boundFilters(actor, filters);
  const values: unknown[] = [actor.workspaceId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const within = ["workspace_id = $1", ...filterConditions(bound, { kind: "indexed", bind })];
  if (cursor !== undefined) within.push(beforeCondition(decodeCursor(list, cursor), bind));
  const span = `from decision where ${within.join(" and ")} order by at desc, seq desc limit ${searchedRowsMax}`;
  const spanValues = [...values];
  const wanted = filterConditions(bound, { kind: "other", bind });
  const searched = wanted.length > 0;
  const source = `(select * ${span}) as decision ${searched ? `where ${wanted.join(" and ")}` : ""}`;
  const { rows } = await sql().query<DecisionRow>(
    `select ${decisionSelect} from ${source} order by decision.at desc, decision.seq desc limit ${limit + 1}`,
    values,
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : searched ? await endOfSpan(span, spanValues) : undefined;
  return {
    items: page.map((row) => decisionOf(row)),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.at, last.seq]),
  };
}

/** Where a page ends. `at` is RFC 3339 with microseconds, as the database keeps it. */
interface Position {
  at: string;
  seq: string;
}

/** Rows older than a cursor's. */
function beforeCondition(cursor: readonly (string | number)[], bind: (value: unknown) => string): string {
  const [at, seq] = cursor;
  if (at === undefined || seq === undefined)
    throw new Problem("bad-request", "This cursor is not one of this list.");
  return `(at, seq) < (${bind(at)}::timestamptz, ${bind(seq)}::bigint)`;
}

/** The oldest row of a span that was searched to its full length, or undefined when the span ended before. */
async function endOfSpan(span: string, values: readonly unknown[]): Promise<Position | undefined> {
  const { rows } = await sql().query<Position>(
    `select ${timeSelect}, seq from (select at, seq ${span}) as searched offset ${searchedRowsMax - 1}`,
    [...values],
  );
  return rows[0];
}
