import { z } from "zod";
import { sql } from "@/lib/db/client";
import { maskSecret } from "@/lib/keys/format";
import type { Scope } from "@/lib/usage/measures/measure";
import { flagReason, KeyFlagDetail, KeyFlagKind } from "@/lib/usage/flags/schema";
import type { AttentionItem } from "@/lib/usage/schema";

const eachMax = 5;

/** What needs someone now: soonest expiry, then overlaps, then what goes wrong most. At most 5 of each kind. */
export async function attention(scope: Scope): Promise<AttentionItem[]> {
  const values = [scope.workspaceId, scope.customerId, scope.environment ?? null];
  const items: AttentionItem[] = [];
  for (const look of looks) {
    const { rows } = await sql().query(look.statement, values);
    items.push(...look.items(rows));
  }
  return items.filter((item) => !isToldBefore(item, items));
}

/** A key flagged for its denials needs no second line that says how often it is denied. */
function isToldBefore(item: AttentionItem, items: readonly AttentionItem[]): boolean {
  return (
    item.kind === "key-denials" &&
    items.some((one) => one.kind === "key-flagged" && one.flag === "denials" && one.keyId === item.keyId)
  );
}

/** Calls of this hour and the last full one. */
const recentCalls = (condition: string) => `(select coalesce(sum(calls), 0) from usage_per_hour u
  where u.workspace_id = k.workspace_id and u.key_id = k.id and u.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour' and ${condition})`;

const ofScope = `k.workspace_id = $1 and ($2::text is null or k.customer_id = $2) and ($3::text is null or k.environment = $3)`;

interface Look {
  statement: string;
  items(rows: unknown[]): AttentionItem[];
}

function look<Row extends z.ZodType>(
  statement: string,
  row: Row,
  item: (row: z.output<Row>) => AttentionItem,
): Look {
  return {
    statement,
    items: (rows) =>
      z
        .array(row)
        .parse(rows)
        .map((one) => item(one)),
  };
}

const count = z.coerce.number();
const time = z.date().transform((date) => date.toISOString());
const keyRow = z.object({ id: z.string(), name: z.string() });

const expiring = look(
  `select k.id, k.name, k.expires_at, k.last_used_at, ${recentCalls("true")} as calls from api_key k
   where ${ofScope} and k.revoked_at is null and k.disabled_at is null
     and k.expires_at > now() and k.expires_at < now() + interval '7 days'
   order by k.expires_at limit ${eachMax}`,
  keyRow.extend({ expires_at: time, last_used_at: time.nullable(), calls: count }),
  (row) => ({
    kind: "key-expiring",
    keyId: row.id,
    keyName: row.name,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    callsLastHour: row.calls,
  }),
);

const overlaps = look(
  `select k.id, k.name, s.id as secret_id, s.prefix, s.last_four, s.expires_at, ${recentCalls("u.secret_id = s.id")} as calls
   from api_key k join secret s on s.workspace_id = k.workspace_id and s.key_id = k.id
   where ${ofScope} and k.revoked_at is null and s.expires_at > now()
   order by s.expires_at limit ${eachMax}`,
  keyRow.extend({
    secret_id: z.string(),
    prefix: z.string(),
    last_four: z.string(),
    expires_at: time,
    calls: count,
  }),
  (row) => ({
    kind: "rotation-overlap",
    keyId: row.id,
    keyName: row.name,
    oldSecretMasked: maskSecret({ prefix: row.prefix, id: row.secret_id, lastFour: row.last_four }),
    endsAt: row.expires_at,
    oldSecretCallsLastHour: row.calls,
  }),
);

/**
 * A key is denied unusually often when, over the last 24 hours, at least 20 calls were denied and their share is at
 * least five times that of the seven days before, which counts as half a percent where it was less.
 */
const denials = look(
  `with share as (
     select key_id, sum(calls) filter (where recent and denied) as denied,
       sum(calls) filter (where recent) as recent_calls,
       sum(calls) filter (where not recent and denied) as denied_before,
       sum(calls) filter (where not recent) as calls_before,
       min(hour) filter (where recent and denied) as since
     from (select key_id, hour, calls, outcome = 'denied' as denied, hour > now() - interval '24 hours' as recent
       from usage_per_hour where workspace_id = $1 and key_id <> '' and hour > now() - interval '8 days') as h
     group by key_id
   ), unusual as (
     select *, (denied / recent_calls) / greatest(coalesce(denied_before / nullif(calls_before, 0), 0), 0.005) as times
     from share where denied >= 20
   )
   select k.id, k.name, unusual.times, unusual.denied, unusual.since,
     (select u.method || ' ' || u.route from usage_per_hour u where u.workspace_id = k.workspace_id and u.key_id = k.id
       and u.outcome = 'denied' and u.route <> '' and u.hour > now() - interval '24 hours'
       group by u.method, u.route order by sum(u.calls) desc limit 1) as route
   from unusual join api_key k on k.id = unusual.key_id
   where ${ofScope} and k.revoked_at is null and k.disabled_at is null and unusual.times >= 5
   order by unusual.times desc limit ${eachMax}`,
  keyRow.extend({ times: count, denied: count, since: time, route: z.string().nullable() }),
  (row) => ({
    kind: "key-denials",
    keyId: row.id,
    keyName: row.name,
    times: row.times,
    denied: row.denied,
    since: row.since,
    route: row.route,
  }),
);

/** Keys whose traffic departs from their own history. */
const flagged = look(
  `select k.id, k.name, f.kind, f.since, f.detail from key_flag f
   join api_key k on k.workspace_id = f.workspace_id and k.id = f.key_id
   where ${ofScope} and f.until is null and k.revoked_at is null
   order by f.since desc limit ${eachMax}`,
  keyRow.extend({ kind: KeyFlagKind, since: time, detail: KeyFlagDetail }),
  (row) => ({
    kind: "key-flagged",
    keyId: row.id,
    keyName: row.name,
    flag: row.kind,
    since: row.since,
    reason: flagReason(row.kind, row.detail),
  }),
);

/** At least 10 failed calls in 24 hours, and at least 5 % of a service's allowed calls. */
const failing = look(
  `select s.id, s.slug, h.errors, h.errors / h.calls as rate
   from (select u.service_id, sum(u.calls) filter (where u.outcome = 'error') as errors, sum(u.calls) as calls
     from usage_per_hour u left join api_key k on k.workspace_id = u.workspace_id and k.id = u.key_id
     where u.workspace_id = $1 and ($2::text is null or k.customer_id = $2) and ($3::text is null or coalesce(k.environment, 'live') = $3)
       and u.outcome in ('ok', 'error') and u.hour > now() - interval '24 hours'
     group by 1) as h
   join service s on s.workspace_id = $1 and s.id = h.service_id
   where h.errors >= 10 and h.errors >= 0.05 * h.calls
   order by h.errors desc limit ${eachMax}`,
  z.object({ id: z.string(), slug: z.string(), errors: count, rate: count }),
  (row) => ({
    kind: "service-errors",
    serviceId: row.id,
    service: row.slug,
    errors: row.errors,
    errorRate: row.rate,
  }),
);

/** A disabled key that someone still calls with. */
const disabled = look(
  `select k.id, k.name, sum(u.calls) as denied from api_key k
   join usage_per_hour u on u.workspace_id = k.workspace_id and u.key_id = k.id and u.outcome = 'denied'
     and u.hour > now() - interval '24 hours' and u.hour >= date_trunc('hour', k.disabled_at, 'UTC')
   where ${ofScope} and k.revoked_at is null and k.disabled_at is not null
   group by k.id, k.name order by denied desc limit ${eachMax}`,
  keyRow.extend({ denied: count }),
  (row) => ({ kind: "key-disabled", keyId: row.id, keyName: row.name, denied: row.denied }),
);

const looks: readonly Look[] = [expiring, overlaps, flagged, denials, failing, disabled];
