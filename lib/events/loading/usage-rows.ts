import type { DecisionRow } from "@/lib/events/loading/decision-row";

/** Columns of table `usage_hour` with their types, in the order of {@link usageArrays}. */
export const usageColumns = {
  workspace_id: "text",
  hour: "timestamptz",
  key_id: "text",
  secret_id: "text",
  service_id: "text",
  method: "text",
  route: "text",
  status: "int",
  outcome: "text",
  latency_bucket: "smallint",
  calls: "bigint",
  response_bytes: "bigint",
} as const;

type Cell = string | number;

/** What rows add to usage: one sum per distinct hour and split, as one array per column, in the order of the table's key. */
export function usageArrays(rows: readonly DecisionRow[]): Cell[][] {
  const sums = new Map<string, { split: Cell[]; calls: number; bytes: number }>();
  for (const row of rows) {
    const split = splitOf(row);
    const name = split.join("\n");
    const sum = sums.get(name) ?? { split, calls: 0, bytes: 0 };
    sum.calls += row.count;
    sum.bytes += row.response_bytes;
    sums.set(name, sum);
  }
  const ordered = [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, sum]) => [...sum.split, sum.calls, sum.bytes]);
  return Object.keys(usageColumns).map((_, column) => ordered.map((cells) => cells[column] ?? ""));
}

function splitOf(row: DecisionRow): Cell[] {
  return [
    row.workspace_id,
    `${row.at.slice(0, 13)}:00:00Z`,
    row.credential_id ?? "",
    row.secret_id ?? "",
    row.service_id ?? "",
    row.method,
    row.route ?? "",
    row.status,
    outcomeOf(row),
    latencyBucket(row.total_us),
  ];
}

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
