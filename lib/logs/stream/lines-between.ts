import type { StreamItem } from "@/lib/events/stream/row-queue";
import type { BoundLogFilters } from "@/lib/logs/rows/log-filter";
import { compareNewestFirst, pointOf, type PlacedLine } from "@/lib/logs/rows/placed-line";
import { boundTo, readLines, tableOf, wantedConditions, withinConditions } from "@/lib/logs/rows/read-rows";
import type { LogLine, LogSource } from "@/lib/logs/schema";
import { placeText, type Places } from "@/lib/logs/stream/stream-place";

const linesPerRead = 200;

/**
 * The next matching lines behind `from` and up to `upTo`, the older first where that keeps each source's order. `from`
 * is moved on as far as they reach.
 */
export async function linesBetween(
  workspaceId: string,
  { filters, from, upTo }: { filters: BoundLogFilters; from: Places; upTo: Places },
): Promise<StreamItem<LogLine>[]> {
  const spans = await Promise.all(
    (["service", "gateway"] as const).map((source) =>
      spanOf(source, { workspaceId, filters, from: from[source], upTo: upTo[source] }),
    ),
  );
  const items = inTurn(spans.map(({ lines }) => lines)).map((placed): StreamItem<LogLine> => {
    from[placed.line.source] = placed.place;
    return { kind: "row", row: placed.line, place: placeText(from) };
  });
  for (const { source, reached } of spans) from[source] = reached;
  return items;
}

/** One source's next lines, and the place up to which nothing else matches. */
async function spanOf(
  source: LogSource,
  span: { workspaceId: string; filters: BoundLogFilters; from: number; upTo: number },
) {
  const nothing = { source, lines: [], reached: Math.max(span.from, span.upTo) };
  if (span.from >= span.upTo || !span.filters.sources.includes(source)) return nothing;
  const { table, place } = tableOf[source];
  const bound = boundTo(span.workspaceId);
  const conditions = [
    ...withinConditions({ source, filters: span.filters }, bound),
    ...wantedConditions({ source, filters: span.filters }, bound),
    `${place} > ${bound.bind(span.from)}`,
    `${place} <= ${bound.bind(span.upTo)}`,
  ];
  const rows = `select * from ${table} where ${conditions.join(" and ")} order by ${place} limit ${linesPerRead}`;
  const lines = await readLines(source, {
    from: `(${rows}) as ${table}`,
    rest: `order by ${table}.${place}`,
    values: bound.values,
  });
  const last = lines.at(-1);
  return {
    source,
    lines,
    reached: lines.length === linesPerRead && last !== undefined ? last.place : span.upTo,
  };
}

/** Merges lists that keep their own order: the older head goes first. */
function inTurn(lists: readonly PlacedLine[][]): PlacedLine[] {
  const rest = lists.map((list) => [...list].reverse());
  const merged: PlacedLine[] = [];
  for (;;) {
    const heads = rest.filter((list) => list.length > 0);
    const next = heads.sort((one, other) => compareHeads(one.at(-1), other.at(-1)))[0]?.pop();
    if (next === undefined) return merged;
    merged.push(next);
  }
}

function compareHeads(one: PlacedLine | undefined, other: PlacedLine | undefined): number {
  return one === undefined || other === undefined ? 0 : -compareNewestFirst(pointOf(one), pointOf(other));
}
