import type { UsageInterval } from "@/lib/usage/schema";

/** What calls are split by: an SQL expression over `u`, a row of usage, never null. */
export const splits = {
  nothing: "''",
  key: "u.key_id",
  secret: "u.secret_id",
  service: "u.service_id",
  customer: "u.customer_id",
  status: "u.status::text",
  statusClass: "(u.status / 100)::text || 'xx'",
  outcome: "u.outcome",
  route: "json_build_array(u.method, u.route, u.service_id)::text",
} as const;
export type Split = keyof typeof splits;

/** Where usage of each cut is kept, and what its time is called. */
export const usageTables = {
  minute: { table: "usage_per_minute", time: "u.minute" },
  hour: { table: "usage_per_hour", time: "u.hour" },
  day: { table: "usage_per_day", time: "u.day" },
} as const satisfies Record<UsageInterval, { table: string; time: string }>;

/** Rows of `u` within a scope's values `$1` to `$7`. */
export const scopeCondition = `u.workspace_id = $1
    and ($2::text is null or u.customer_id = $2)
    and ($3::text is null or u.customer_id = $3)
    and ($4::text is null or coalesce((select k.environment from api_key k where k.workspace_id = u.workspace_id and k.id = u.key_id), 'live') = $4)
    and ($5::text is null or u.key_id = $5)
    and ($6::text is null or u.secret_id = $6)
    and ($7::text is null or u.service_id = $7)`;

/**
 * Calls of a scope from `$8` until before `$9` in slots of `$10` seconds, of the `$11` groups with most calls. Slot -1
 * stands for the whole span. p50 and p95 are the numbers of latency buckets.
 */
export function measureStatement(by: Split, interval: UsageInterval): string {
  const { table, time } = usageTables[interval];
  return `
with chosen as materialized (
  select ${splits[by]} as grp, floor(extract(epoch from ${time} - $8::timestamptz) / $10::float8)::int as slot,
    u.outcome, u.calls, u.cost, u.request_bytes, u.response_bytes, u.latency
  from ${table} u
  where ${scopeCondition}
    and ${time} >= $8 and ${time} < $9
), top as (
  select grp from chosen group by grp order by sum(calls) desc, grp limit $11
), counted as (
  select grp, coalesce(slot, -1) as slot,
    coalesce(sum(calls) filter (where outcome = 'ok'), 0) as ok,
    coalesce(sum(calls) filter (where outcome = 'limited'), 0) as limited,
    coalesce(sum(calls) filter (where outcome = 'denied'), 0) as denied,
    coalesce(sum(calls) filter (where outcome = 'error'), 0) as error,
    sum(cost) as cost, sum(request_bytes) as request_bytes, sum(response_bytes) as response_bytes
  from chosen join top using (grp) group by grouping sets ((grp, slot), (grp))
), histogram as (
  select grp, coalesce(slot, -1) as slot, place - 1 as bucket, sum(l.calls) as calls
  from chosen join top using (grp), unnest(latency) with ordinality as l(calls, place)
  where outcome in ('ok', 'error') and l.calls > 0
  group by grouping sets ((grp, slot, place), (grp, place))
), running as (
  select grp, slot, bucket, sum(calls) over (partition by grp, slot order by bucket) as upto,
    sum(calls) over (partition by grp, slot) as calls
  from histogram
), quantiles as (
  select grp, slot, min(bucket) filter (where upto >= 0.5 * calls) as p50, min(bucket) filter (where upto >= 0.95 * calls) as p95
  from running group by 1, 2
)
select grp, slot, ok, limited, denied, error, cost, request_bytes, response_bytes, p50, p95
from counted left join quantiles using (grp, slot)`;
}
