import { sql } from "@/lib/db/client";
import type { BoundLogFilters } from "@/lib/logs/rows/log-filter";
import { compareNewestFirst, pointOf, type LogPoint, type PlacedLine } from "@/lib/logs/rows/placed-line";
import {
  boundTo,
  readLines,
  tableOf,
  wantedConditions,
  withinConditions,
  type Bound,
} from "@/lib/logs/rows/read-rows";
import type { LogSource } from "@/lib/logs/schema";

/** Of each source a page searches at most this many rows for what no index finds; then it says how far it came. */
const searchedRowsMax = 20_000;

/** Which lines are asked for. */
export interface NewestQuestion {
  workspaceId: string;
  filters: BoundLogFilters;
  limit: number;
  /** Only lines that stand behind it in the list. */
  behind: LogPoint | null;
  /** Only rows up to these places. */
  upTo: Record<LogSource, number> | null;
}

/** Lines newest first, and where the next page begins: null when there are no more. */
export interface NewestLines {
  lines: PlacedLine[];
  next: LogPoint | null;
}

/** The newest lines of both sources, merged by time. */
export async function newestLines(question: NewestQuestion): Promise<NewestLines> {
  const { filters, limit } = question;
  const parts = await Promise.all(filters.sources.map((source) => newestOf(source, question)));
  const merged = parts.flatMap(({ lines }) => lines).sort((one, other) => byPoint(one, other));
  // Behind the nearest end of a search there may be lines that were not found yet.
  const ends = parts.flatMap(({ end }) => (end === null ? [] : [end])).sort(compareNewestFirst);
  const [horizon] = ends;
  const known =
    horizon === undefined ? merged : merged.filter((line) => compareNewestFirst(pointOf(line), horizon) <= 0);
  const lines = known.slice(0, limit);
  const last = known.length > limit ? lines.at(-1) : undefined;
  return { lines, next: last === undefined ? (horizon ?? null) : pointOf(last) };
}

function byPoint(one: PlacedLine, other: PlacedLine): number {
  return compareNewestFirst(pointOf(one), pointOf(other));
}

/** One source's newest lines; `end` is where the search ended that had not found enough. */
async function newestOf(source: LogSource, question: NewestQuestion) {
  const { workspaceId, filters, limit, behind, upTo } = question;
  const { table, place } = tableOf[source];
  const bound = boundTo(workspaceId);
  const within = withinConditions({ source, filters }, bound);
  if (behind !== null) within.push(behindCondition(source, { place, behind, bind: bound.bind }));
  if (upTo !== null) within.push(`${place} <= ${bound.bind(upTo[source])}`);
  const order = `order by ${table}.at desc, ${table}.${place} desc`;
  const span = `from ${table} where ${within.join(" and ")} ${order} limit ${searchedRowsMax}`;
  const spanValues = [...bound.values];
  const wanted = wantedConditions({ source, filters }, bound);
  const lines = await readLines(source, {
    from: `(select * ${span}) as ${table}`,
    rest: `where ${wanted.join(" and ")} ${order} limit ${limit + 1}`,
    values: bound.values,
  });
  const end = lines.length > limit ? null : await endOfSpan({ source, span, place, values: spanValues });
  return { lines, end };
}

function behindCondition(
  source: LogSource,
  { place, behind, bind }: { place: string; behind: LogPoint; bind: Bound["bind"] },
): string {
  const at = `${bind(behind.at)}::timestamptz`;
  if (source === behind.source) return `(at, ${place}) < (${at}, ${bind(behind.place)}::bigint)`;
  return source === "gateway" ? `at <= ${at}` : `at < ${at}`;
}

/** The oldest row of a span that was searched to its full length, or null when the span ended before. */
async function endOfSpan(span: {
  source: LogSource;
  span: string;
  place: string;
  values: readonly unknown[];
}): Promise<LogPoint | null> {
  const { rows } = await sql().query<{ at: string; place: string }>(
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, place
       from (select at, ${span.place} as place ${span.span}) as searched offset ${searchedRowsMax - 1}`,
    [...span.values],
  );
  const [row] = rows;
  return row === undefined ? null : { at: row.at, source: span.source, place: Number(row.place) };
}
