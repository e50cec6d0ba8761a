import type { DecisionRow } from "@/lib/events/loading/batch/decision-row";

/** A statement that adds rows to usage, ready for a client. */
export interface UsageStatement {
  text: string;
  values: Cell[][];
}

type Cell = string | number;

/** Columns that split usage, in the order of the tables' keys; the time comes second. */
const splitColumns = {
  workspace_id: "text",
  at: "timestamptz",
  key_id: "text",
  secret_id: "text",
  customer_id: "text",
  service_id: "text",
  method: "text",
  route: "text",
  status: "smallint",
  outcome: "text",
} as const;

const countColumns = {
  calls: "bigint",
  cost: "bigint",
  request_bytes: "bigint",
  response_bytes: "bigint",
  total_us: "bigint",
} as const;

const columns = { ...splitColumns, ...countColumns, latency: "text" } as const;

/** Tables of usage: what their time column is called, how much of a time it keeps, and what they count latencies in. */
const tables = [
  { name: "usage_per_minute", time: "minute", kept: 16, rest: ":00Z", latency: "int[]" },
  { name: "usage_per_hour", time: "hour", kept: 13, rest: ":00:00Z", latency: "int[]" },
  { name: "usage_per_day", time: "day", kept: 10, rest: "T00:00:00Z", latency: "bigint[]" },
] as const;
type Table = (typeof tables)[number];

/**
 * What rows add to usage: one statement per table, in which rows of the same minute, hour or day and split are one.
 * They belong into the transaction that stores the rows, under the loader's lock: readers of whole minutes rely on a
 * minute being named in `usage_late` when it is added to {@link lateAfterSeconds} after its begin.
 */
export function usageStatements(rows: readonly DecisionRow[]): UsageStatement[] {
  if (rows.length === 0) return [];
  const minutes = sumByMinute(rows);
  return tables.map((table) => ({
    text: statements[table.name],
    values: arraysOf(table === tables[0] ? minutes : sumAgain(minutes, table)),
  }));
}

/** An addition to a minute that began longer ago than this is named in `usage_late`. */
export const lateAfterSeconds = 90;

const statements = {
  usage_per_minute: `
with given as (${givenRows("int[]")}), late as (
  insert into usage_late (workspace_id, minute) select distinct workspace_id, at from given
  where at < clock_timestamp() - interval '${lateAfterSeconds} seconds'
)
${addition(tables[0], "given")}`,
  usage_per_hour: addition(tables[1], `(${givenRows("int[]")}) as given`),
  usage_per_day: addition(tables[2], `(${givenRows("bigint[]")}) as given`),
};

function givenRows(latency: Table["latency"]): string {
  const names = Object.keys(columns);
  const unnested = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const chosen = names.map((name) => (name === "latency" ? `latency::${latency} as latency` : name));
  return `select ${chosen.join(", ")} from unnest(${unnested.join(", ")}) as r(${names.join(", ")})`;
}

function addition({ name, time }: Table, from: string): string {
  const renamed = (column: string) => (column === "at" ? time : column);
  const sums = Object.keys(countColumns).map(
    (column) => `${column} = ${name}.${column} + excluded.${column}`,
  );
  return `insert into ${name} (${Object.keys(columns).map(renamed).join(", ")}) select * from ${from}
on conflict (${Object.keys(splitColumns).map(renamed).join(", ")}) do update set ${sums.join(", ")},
  latency = array(select coalesce(old, 0) + coalesce(new, 0) from unnest(${name}.latency, excluded.latency) as l(old, new))`;
}

interface Sum {
  split: Cell[];
  counts: number[];
  latency: number[];
}

function sumByMinute(rows: readonly DecisionRow[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const sum = sumOf(sums, splitOf(row));
    const allowed = row.verdict === "allow";
    addCounts(sum, [
      row.count,
      allowed ? row.cost * row.count : 0,
      row.request_bytes,
      row.response_bytes,
      row.total_us * row.count,
    ]);
    addLatency(sum, latencyBucket(row.total_us), row.count);
  }
  return [...sums.values()];
}

function sumAgain(minutes: readonly Sum[], { kept, rest }: Table): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { split, counts, latency } of minutes) {
    const coarse = split.map((cell, index) => (index === 1 ? `${String(cell).slice(0, kept)}${rest}` : cell));
    const sum = sumOf(sums, coarse);
    addCounts(sum, counts);
    for (const [bucket, calls] of latency.entries()) addLatency(sum, bucket, calls);
  }
  return [...sums.values()];
}

function sumOf(sums: Map<string, Sum>, split: Cell[]): Sum {
  const name = split.join("\n");
  const found = sums.get(name) ?? { split, counts: Object.keys(countColumns).map(() => 0), latency: [] };
  sums.set(name, found);
  return found;
}

function addCounts(sum: Sum, counts: readonly number[]): void {
  for (const [index, count] of counts.entries()) sum.counts[index] = (sum.counts[index] ?? 0) + count;
}

function addLatency(sum: Sum, bucket: number, calls: number): void {
  while (sum.latency.length <= bucket) sum.latency.push(0);
  sum.latency[bucket] = (sum.latency[bucket] ?? 0) + calls;
}

/** One array per column. In the order of the table's key, so that neighbours on the same page are written together. */
function arraysOf(sums: readonly Sum[]): Cell[][] {
  const ordered = sums
    .map(({ split, counts, latency }) => ({
      name: split.join("\n"),
      cells: [...split, ...counts, `{${latency.join(",")}}`],
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return Object.keys(columns).map((_, column) => ordered.map(({ cells }) => cells[column] ?? ""));
}

function splitOf(row: DecisionRow): Cell[] {
  return [
    row.workspace_id,
    `${row.at.slice(0, 16)}:00Z`,
    row.credential_id ?? "",
    row.secret_id ?? "",
    row.customer_id ?? "",
    row.service_id ?? "",
    countedMethods.has(row.method) ? row.method : "*",
    row.route ?? "",
    Math.min(row.status, 999),
    outcomeOf(row),
  ];
}

/** Methods that a caller makes up count together, so that none decides how many rows there are. */
export const countedMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "QUERY",
]);

function outcomeOf({ verdict, status }: DecisionRow): "ok" | "limited" | "denied" | "error" {
  switch (verdict) {
    case "limited":
      return "limited";
    case "deny":
      return "denied";
    case "allow":
      return status >= 499 ? "error" : "ok";
  }
}

/** The bucket whose upper bound, 2^(bucket/4) µs, is the first that is not below `totalUs`. */
export function latencyBucket(totalUs: number): number {
  return Math.ceil(4 * Math.log2(Math.max(totalUs, 1)));
}
