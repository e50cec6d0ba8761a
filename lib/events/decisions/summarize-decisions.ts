import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import type { DecisionBucket, DecisionSummary } from "@/lib/events/schema";

const buckets = 60;

/**
 * Counters of the last `minutes` (1–60): rates over the window and a series of 60 spans that end with the current one.
 * `ourAverageUs` is Latchkey's own part, total minus upstream, per call.
 */
export async function summarizeDecisions(
  actor: Actor,
  { minutes }: { minutes: number },
): Promise<DecisionSummary> {
  requireScope(actor, "read:decisions");
  const windowSeconds = minutes * 60;
  const bucketSeconds = windowSeconds / buckets;
  const { rows } = await sql().query<SummaryRow>(summaryStatement, [
    actor.workspaceId,
    customerOf(actor),
    bucketSeconds,
    buckets,
  ]);
  const all = rows.reduce((sum, row) => added(sum, row), empty);
  const perSecond = (calls: number) => calls / windowSeconds;
  return {
    windowSeconds,
    bucketSeconds,
    perSecond: {
      allowed: perSecond(all.allowed),
      denied: perSecond(all.denied),
      limited: perSecond(all.limited),
    },
    ourAverageUs: average(all),
    series: rows.map((row) => bucketOf(row)),
  };
}

const summaryStatement = `
with span as (
  select to_timestamp((floor(extract(epoch from now()) / $3::float8) - $4::int + 1 + n) * $3::float8) as at
  from generate_series(0, $4::int - 1) as n
), counted as (
  select floor(extract(epoch from at) / $3::float8) as slot,
    sum(count) filter (where verdict = 'allow') as allowed,
    sum(count) filter (where verdict = 'deny') as denied,
    sum(count) filter (where verdict = 'limited') as limited,
    sum(greatest(total_us - coalesce(upstream_us, 0), 0)::bigint * count) as our_us
  from decision
  where workspace_id = $1 and ($2::text is null or customer_id = $2) and at >= (select min(at) from span)
  group by 1
)
select to_char(span.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, coalesce(allowed, 0)::float8 as allowed,
  coalesce(denied, 0)::float8 as denied, coalesce(limited, 0)::float8 as limited, coalesce(our_us, 0)::float8 as our_us
from span left join counted on counted.slot = round((extract(epoch from span.at) / $3)::numeric)
order by span.at`;

interface SummaryRow {
  at: string;
  allowed: number;
  denied: number;
  limited: number;
  our_us: number;
}

type Sums = Omit<SummaryRow, "at">;

const empty: Sums = { allowed: 0, denied: 0, limited: 0, our_us: 0 };

function added(sum: Sums, row: Sums): Sums {
  return {
    allowed: sum.allowed + row.allowed,
    denied: sum.denied + row.denied,
    limited: sum.limited + row.limited,
    our_us: sum.our_us + row.our_us,
  };
}

function average({ allowed, denied, limited, our_us }: Sums): number | null {
  const calls = allowed + denied + limited;
  return calls === 0 ? null : our_us / calls;
}

function bucketOf(row: SummaryRow): DecisionBucket {
  return {
    at: row.at,
    allowed: row.allowed,
    denied: row.denied,
    limited: row.limited,
    ourAverageUs: average(row),
  };
}
