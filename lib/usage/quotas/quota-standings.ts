import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import { limiterClock } from "@/lib/limits/clock";
import { limitsOf, overPlan, type CountedQuota, type LimitHolder } from "@/lib/limits/effective";
import { lookAtLimits } from "@/lib/limits/look";
import { createPeriods } from "@/lib/limits/period";
import { QuotaInput } from "@/lib/limits/schema";
import { filteredScope } from "@/lib/usage/measures/filters";
import type { Scope } from "@/lib/usage/measures/measure";
import type { QuotaQuestion } from "@/lib/usage/question";
import type { QuotaStanding, QuotaStandings } from "@/lib/usage/schema";

const eachMax = 50;

const Quotas = z.array(QuotaInput);
const HolderRow = z.object({
  id: z.string(),
  name: z.string(),
  quotas: Quotas,
  of_plan: Quotas.nullable(),
  all: z.coerce.number(),
});
type HolderRow = z.output<typeof HolderRow>;

const periodOf = createPeriods();

/**
 * How quotas stand, the most used first: of the keys used last and of customers, at most 50 each, for their own and
 * their plans'; how many more have one is counted. A caller bound to a customer sees that customer's. Needs `read:usage`.
 */
export async function quotaStandings(actor: Actor, question: QuotaQuestion): Promise<QuotaStandings> {
  requireScope(actor, "read:usage");
  const scope = await filteredScope(actor, question);
  const [keys, customers] = await Promise.all([
    holders(keyStatement, scope),
    holders(customerStatement, scope),
  ]);
  const names = new Map([...keys, ...customers].map(({ id, name }) => [id, name]));
  const limits = limitsOf(actor.workspaceId, [
    ...keys.map((row) => holderOf("key", row)),
    ...customers.map((row) => holderOf("customer", row)),
  ]);
  const omitted = leftOut(keys) + leftOut(customers);
  if (limits === null) return { items: [], omitted };
  const states = await lookAtLimits({ rateLimits: [], quotas: limits.quotas });
  const isKnown = states.length === limits.quotas.length;
  const items = limits.quotas
    .map((quota, at) => standing(quota, { names, remaining: isKnown ? states[at]?.remaining : undefined }))
    .sort((one, other) => share(other) - share(one));
  return { items, omitted };
}

function leftOut(rows: readonly HolderRow[]): number {
  return (rows[0]?.all ?? 0) - rows.length;
}

async function holders(statement: string, scope: Scope): Promise<HolderRow[]> {
  const { workspaceId, customerId, ofCustomerId, keyId } = scope;
  const { rows } = await sql().query(statement, [
    workspaceId,
    customerId,
    ofCustomerId ?? null,
    keyId ?? null,
  ]);
  return z.array(HolderRow).parse(rows);
}

function holderOf(kind: LimitHolder["kind"], { id, quotas, of_plan }: HolderRow): LimitHolder {
  const own = { rateLimits: [], quotas };
  return { kind, id, ...overPlan(own, of_plan === null ? null : { rateLimits: [], quotas: of_plan }) };
}

function standing(
  { holder, per, limit }: CountedQuota,
  { names, remaining }: { names: ReadonlyMap<string, string>; remaining: number | undefined },
): QuotaStanding {
  const { startsAtMs, endsAtMs } = periodOf(per, limiterClock());
  return {
    holder: { kind: holder.kind, id: holder.id, name: names.get(holder.id) ?? holder.id },
    per,
    limit,
    used: remaining === undefined ? null : limit - remaining,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
  };
}

function share({ used, limit }: QuotaStanding): number {
  return (used ?? 0) / limit;
}

const keyStatement = `
select k.id, k.name, k.quotas, p.quotas as of_plan, count(*) over () as "all"
from api_key k
left join customer c on c.workspace_id = k.workspace_id and c.id = k.customer_id
left join plan p on p.workspace_id = k.workspace_id and p.name = coalesce(k.plan, c.plan)
where k.workspace_id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
  and ($2::text is null or k.customer_id = $2) and ($3::text is null or k.customer_id = $3)
  and ($4::text is null or k.id = $4)
  and (jsonb_array_length(k.quotas) > 0 or jsonb_array_length(p.quotas) > 0)
order by k.last_used_at desc nulls last, k.id limit ${eachMax}`;

const customerStatement = `
select c.id, c.name, c.quotas, null as of_plan, count(*) over () as "all"
from customer c
where c.workspace_id = $1 and jsonb_array_length(c.quotas) > 0
  and ($2::text is null or c.id = $2) and ($3::text is null or c.id = $3)
  and ($4::text is null or c.id = (select customer_id from api_key where workspace_id = $1 and id = $4))
order by c.name limit ${eachMax}`;
