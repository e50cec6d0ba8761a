import { z } from "zod";
import { customerOf, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import type { OutcomeCounts, UsageBucket, UsageTotals } from "@/lib/usage/schema";
import { bucketStart, type Span } from "@/lib/usage/span";

/** What calls are split by: an SQL expression over `u` (usage_hour) and `k` (its key, if any), never null. */
export const splits = {
  nothing: "''",
  key: "u.key_id",
  secret: "u.secret_id",
  service: "u.service_id",
  customer: "coalesce(k.customer_id, '')",
  status: "u.status::text",
  route: "json_build_array(u.method, u.route, u.service_id)::text",
} as const;
export type Split = keyof typeof splits;

/** Which calls are counted. Calls without a key count as live. */
export interface Scope {
  workspaceId: string;
  customerId: string | null;
  environment?: "live" | "test" | undefined;
  keyId?: string | undefined;
}

/** Calls that `actor` may count. */
export function scopeOf(
  actor: Actor,
  narrowed: { environment?: "live" | "test" | undefined; keyId?: string | undefined } = {},
): Scope {
  return { workspaceId: actor.workspaceId, customerId: customerOf(actor), ...narrowed };
}

/** Calls of one group: its totals and its dense series. */
export interface Measured {
  group: string;
  totals: UsageTotals;
  series: UsageBucket[];
}

/**
 * Counts calls of a span, split by one thing, most calls first, at most `limit` groups. Everything is summed by the
 * database; p95 is the upper bound 2^(bucket/4) µs of the bucket that holds it, over allowed calls.
 */
export async function measure(
  scope: Scope,
  { span, by, limit = 1 }: { span: Span; by: Split; limit?: number },
): Promise<Measured[]> {
  const { rows } = await sql().query(measureStatement(by), [
    scope.workspaceId,
    new Date(span.fromMs),
    new Date(span.toMs),
    span.bucketSeconds,
    limit,
    scope.customerId,
    scope.environment ?? null,
    scope.keyId ?? null,
  ]);
  const groups = new Map<string, Measured>();
  for (const row of MeasuredRows.parse(rows)) {
    const found = groups.get(row.grp) ?? { group: row.grp, totals: noCalls, series: emptySeries(span) };
    groups.set(row.grp, found);
    if (row.slot < 0) found.totals = totalsOf(row);
    else
      found.series[row.slot] = { at: bucketStart(span, row.slot), ...countsOf(row), p95Us: p95Of(row.p95) };
  }
  return [...groups.values()].sort((one, other) => other.totals.requests - one.totals.requests);
}

/** The same where nothing is split. */
export async function measureAll(
  scope: Scope,
  span: Span,
): Promise<{ totals: UsageTotals; series: UsageBucket[] }> {
  const [all] = await measure(scope, { span, by: "nothing" });
  return all ?? { totals: noCalls, series: emptySeries(span) };
}

/** Slot -1 stands for the whole span. */
const measureStatement = (by: Split) => `
with counted as (
  select ${splits[by]} as grp, floor(extract(epoch from u.hour - $2::timestamptz) / $4::float8)::int as slot,
    u.outcome, u.latency_bucket, sum(u.calls) as calls
  from usage_hour u
  left join api_key k on k.workspace_id = u.workspace_id and k.id = u.key_id
  where u.workspace_id = $1 and u.hour >= $2 and u.hour < $3
    and ($6::text is null or k.customer_id = $6)
    and ($7::text is null or coalesce(k.environment, 'live') = $7)
    and ($8::text is null or u.key_id = $8)
  group by 1, 2, 3, 4
), top as (
  select grp from counted group by grp order by sum(calls) desc, grp limit $5
), kept as (
  select counted.* from counted join top using (grp)
), outcomes as (
  select grp, coalesce(slot, -1) as slot,
    coalesce(sum(calls) filter (where outcome = 'ok'), 0) as ok,
    coalesce(sum(calls) filter (where outcome = 'limited'), 0) as limited,
    coalesce(sum(calls) filter (where outcome = 'denied'), 0) as denied,
    coalesce(sum(calls) filter (where outcome = 'error'), 0) as error
  from kept group by grouping sets ((grp, slot), (grp))
), histogram as (
  select grp, coalesce(slot, -1) as slot, latency_bucket, sum(calls) as calls
  from kept where outcome in ('ok', 'error')
  group by grouping sets ((grp, slot, latency_bucket), (grp, latency_bucket))
), running as (
  select grp, slot, latency_bucket, sum(calls) over (partition by grp, slot order by latency_bucket) as upto,
    sum(calls) over (partition by grp, slot) as calls
  from histogram
), p95 as (
  select grp, slot, min(latency_bucket) as p95 from running where upto >= 0.95 * calls group by 1, 2
)
select grp, slot, ok, limited, denied, error, p95 from outcomes left join p95 using (grp, slot)`;

const MeasuredRows = z.array(
  z.object({
    grp: z.string(),
    slot: z.number().int(),
    ok: z.coerce.number(),
    limited: z.coerce.number(),
    denied: z.coerce.number(),
    error: z.coerce.number(),
    p95: z.number().int().nullable(),
  }),
);

const nothing: OutcomeCounts = { ok: 0, limited: 0, denied: 0, error: 0 };

export const noCalls: UsageTotals = { ...nothing, requests: 0, errorRate: 0, deniedRate: 0, p95Us: null };

function emptySeries(span: Span): UsageBucket[] {
  return Array.from({ length: span.buckets }, (_, index) => ({
    at: bucketStart(span, index),
    ...nothing,
    p95Us: null,
  }));
}

function countsOf({ ok, limited, denied, error }: OutcomeCounts): OutcomeCounts {
  return { ok, limited, denied, error };
}

function totalsOf(row: OutcomeCounts & { p95: number | null }): UsageTotals {
  const requests = row.ok + row.limited + row.denied + row.error;
  return {
    ...countsOf(row),
    requests,
    errorRate: requests === 0 ? 0 : row.error / requests,
    deniedRate: requests === 0 ? 0 : row.denied / requests,
    p95Us: p95Of(row.p95),
  };
}

function p95Of(bucket: number | null): number | null {
  return bucket === null ? null : Math.round(2 ** (bucket / 4));
}
