import { requireScope, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import { scopeOf } from "@/lib/usage/measures/measure";
import type { Sparkline } from "@/lib/usage/schema";

const days = 30;

/** Thirty UTC days of calls for each of the keys that the actor may see, in one query. Keys without calls have zeros. */
export async function sparklines(actor: Actor, keyIds: readonly string[]): Promise<Sparkline[]> {
  requireScope(actor, "read:usage");
  const { workspaceId, customerId } = scopeOf(actor);
  const { rows } = await sql().query<{ id: string; ok: number[]; bad: number[] }>(sparklineStatement, [
    workspaceId,
    keyIds,
    customerId,
  ]);
  return rows.map(({ id, ok, bad }) => ({
    keyId: id,
    days: ok.map((calls, index) => ({ ok: calls, bad: bad[index] ?? 0 })),
  }));
}

const sparklineStatement = `
with counted as (
  select key_id, date_trunc('day', hour, 'UTC') as day, sum(calls) filter (where outcome = 'ok') as ok,
    sum(calls) filter (where outcome <> 'ok') as bad
  from usage_per_hour
  where workspace_id = $1 and key_id = any($2::text[]) and hour >= date_trunc('day', now(), 'UTC') - interval '${days - 1} days'
  group by 1, 2
)
select k.id, array_agg(coalesce(c.ok, 0)::float8 order by d.n) as ok, array_agg(coalesce(c.bad, 0)::float8 order by d.n) as bad
from api_key k
cross join generate_series(0, ${days - 1}) as d(n)
left join counted c on c.key_id = k.id and c.day = date_trunc('day', now(), 'UTC') - make_interval(days => ${days - 1} - d.n)
where k.workspace_id = $1 and k.id = any($2::text[]) and ($3::text is null or k.customer_id = $3)
group by k.id`;
