import { countedMethods } from "@/lib/events/loading/usage/usage-rows";
import { usageTables } from "@/lib/usage/measures/measure-statement";
import type { UsageInterval } from "@/lib/usage/schema";

const split = [
  "key_id",
  "secret_id",
  "customer_id",
  "service_id",
  "method",
  "route",
  "status",
  "outcome",
] as const;
const counts = ["calls", "cost", "request_bytes", "response_bytes", "total_us"] as const;

const splitList = split.join(", ");
const names = (time: UsageInterval) => `workspace_id, ${time}, ${splitList}, ${counts.join(", ")}, latency`;
const sums = counts.map((column) => `sum(${column}) as ${column}`).join(", ");
const type = (interval: UsageInterval) => (interval === "day" ? "bigint[]" : "int[]");

/** Smallest latencies, in whole microseconds, of buckets 1 to 124; the same buckets that the loader counts in. */
const bounds = Array.from({ length: 124 }, (_, bucket) => Math.floor(2 ** (bucket / 4)) + 1);
const methods = [...countedMethods].map((method) => `'${method}'`).join(", ");

/** Removes a workspace's (`$1`) usage from `$2` until before `$3`. */
export function removal(interval: UsageInterval): string {
  return `delete from ${usageTables[interval].table} where workspace_id = $1 and ${interval} >= $2 and ${interval} < $3`;
}

/** Counts a workspace's (`$1`) decisions from `$2` until before `$3` again, as the loader counted them. */
export function countedAgain(interval: UsageInterval): string {
  return `
with call as (
  select date_trunc('${interval}', at, 'UTC') as at, coalesce(credential_id, '') as key_id, coalesce(secret_id, '') as secret_id,
    coalesce(customer_id, '') as customer_id, coalesce(service_id, '') as service_id,
    case when method in (${methods}) then method else '*' end as method, coalesce(route, '') as route,
    least(status, 999) as status,
    case when verdict = 'limited' then 'limited' when verdict = 'deny' then 'denied' when status >= 499 then 'error' else 'ok' end as outcome,
    count::bigint as calls, case when verdict = 'allow' then cost::bigint * count else 0 end as cost, request_bytes, response_bytes,
    total_us::bigint * count as total_us, width_bucket(total_us, '{${bounds.join(",")}}'::int[]) as bucket
  from decision where workspace_id = $1 and at >= $2 and at < $3 and completed
), by_bucket as (
  select at, ${splitList}, bucket, ${sums} from call group by at, ${splitList}, bucket
), counted as (
  select at, ${splitList}, ${sums.replaceAll("sum(calls)", "sum(by_bucket.calls)")}, array_agg(bucket) as buckets, array_agg(by_bucket.calls) as bucket_calls, max(bucket) as top
  from by_bucket group by at, ${splitList}
)
insert into ${usageTables[interval].table} (${names(interval)})
select $1, at, ${splitList}, ${counts.join(", ")}, array(
  select coalesce(b.calls, 0) from generate_series(0, top) as place(n) left join unnest(buckets, bucket_calls) as b(bucket, calls) on b.bucket = n
  order by n)::${type(interval)}
from counted`;
}

/** Adds a workspace's (`$1`) finer usage from `$2` until before `$3` up to coarser. */
export function addedUp(from: UsageInterval, to: UsageInterval): string {
  return `
with fine as (
  select date_trunc('${to}', ${from}, 'UTC') as at, ${splitList}, ${counts.join(", ")}, latency
  from ${usageTables[from].table} where workspace_id = $1 and ${from} >= $2 and ${from} < $3
), counted as (
  select at, ${splitList}, ${sums} from fine group by at, ${splitList}
), place as (
  select at, ${splitList}, n, sum(l.calls) as calls from fine, unnest(latency) with ordinality as l(calls, n) group by at, ${splitList}, n
), histogram as (
  select at, ${splitList}, array_agg(calls order by n) as latency from place group by at, ${splitList}
)
insert into ${usageTables[to].table} (${names(to)})
select $1, at, ${splitList}, ${counts.join(", ")}, coalesce(latency, '{}')::${type(to)}
from counted left join histogram using (at, ${splitList})`;
}
