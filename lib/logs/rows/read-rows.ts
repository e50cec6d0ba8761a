import { sql } from "@/lib/db/client";
import { decisionOf, decisionSelect, type DecisionRow } from "@/lib/events/stream/loaded-decision";
import { accessLine } from "@/lib/logs/rows/access-line";
import { logConditions, type BoundLogFilters } from "@/lib/logs/rows/log-filter";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";
import {
  writtenLine,
  writtenSelect,
  writtenServiceJoin,
  type WrittenRow,
} from "@/lib/logs/rows/written-line";
import type { LogSource } from "@/lib/logs/schema";

/** Which rows of one source are meant. */
export interface RowQuestion {
  source: LogSource;
  filters: BoundLogFilters;
}

/** Values of a statement; the first is the workspace's id. */
export interface Bound {
  values: unknown[];
  bind(value: unknown): string;
}

/** Begins a statement about a workspace. */
export function boundTo(workspaceId: string): Bound {
  const values: unknown[] = [workspaceId];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** The table of a source, and its column of a row's place. */
export const tableOf = {
  service: { table: "log_line", place: "position" },
  gateway: { table: "decision", place: "seq" },
} as const;

const flushed = {
  service: {
    whole:
      "position > coalesce((select position from log_flush where workspace_id = $1 and service_id = ''), 0)",
    each: `not exists (select from log_flush where log_flush.workspace_id = $1
      and log_flush.service_id = log_line.service_id and log_line.position <= log_flush.position)`,
  },
  gateway: {
    whole:
      "at > coalesce((select at from log_flush where workspace_id = $1 and service_id = ''), '-infinity'::timestamptz)",
    each: `not exists (select from log_flush where log_flush.workspace_id = $1
      and log_flush.service_id = decision.service_id and decision.at <= log_flush.at)`,
  },
};

/** What an index serves. */
export function withinConditions({ source, filters }: RowQuestion, { bind }: Bound): string[] {
  const conditions = logConditions(filters, { source, kind: "indexed", bind });
  return ["workspace_id = $1", flushed[source].whole, ...conditions];
}

/** What is looked for among those rows. */
export function wantedConditions({ source, filters }: RowQuestion, { bind }: Bound): string[] {
  const own = source === "gateway" ? ["source = 'gateway'"] : [];
  return [...own, flushed[source].each, ...logConditions(filters, { source, kind: "other", bind })];
}

/** Rows of `from` (the source's table, or a part of it under its name) as lines; `rest` follows in the statement. */
export async function readLines(
  source: LogSource,
  { from, rest, values }: { from: string; rest: string; values: unknown[] },
): Promise<PlacedLine[]> {
  if (source === "service") {
    const { rows } = await sql().query<WrittenRow>(
      `select ${writtenSelect} from ${from} ${writtenServiceJoin} ${rest}`,
      values,
    );
    return rows.map(writtenLine);
  }
  const { rows } = await sql().query<DecisionRow>(`select ${decisionSelect} from ${from} ${rest}`, values);
  return rows.map((row) =>
    accessLine({ seq: Number(row.seq), serviceId: row.service_id, decision: decisionOf(row) }),
  );
}
