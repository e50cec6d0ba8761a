import { z } from "zod";
import { sql } from "@/lib/db/client";
import { processState } from "@/lib/process/state";
import {
  historyDays,
  historyEndsMinutesAgo,
  windowMinutes,
  type History,
} from "@/lib/usage/flags/judge-window";

/** A key and what it did in the window that is judged. */
export interface ActiveKey {
  workspaceId: string;
  keyId: string;
  customerId: string | null;
  calls: number;
  denied: number;
  errors: number;
}

const count = z.coerce.number();
const ActiveRows = z.array(
  z.object({
    workspace_id: z.string(),
    key_id: z.string(),
    customer_id: z.string(),
    calls: count,
    denied: count,
    errors: count,
  }),
);

/** Keys with enough calls in the window before `end` to say anything of them. */
export async function activeKeys(end: Date): Promise<ActiveKey[]> {
  const { rows } = await sql().query(
    `select w.id as workspace_id, m.* from workspace w cross join lateral (
       select key_id, max(customer_id) as customer_id, sum(calls) as calls,
         coalesce(sum(calls) filter (where outcome = 'denied'), 0) as denied,
         coalesce(sum(calls) filter (where outcome = 'error'), 0) as errors
       from usage_per_minute u where u.workspace_id = w.id and u.key_id <> ''
         and u.minute >= $1::timestamptz - interval '${windowMinutes} minutes' and u.minute < $1
       group by key_id having sum(calls) >= 20) as m`,
    [end],
  );
  return ActiveRows.parse(rows).map((row) => ({
    workspaceId: row.workspace_id,
    keyId: row.key_id,
    customerId: row.customer_id === "" ? null : row.customer_id,
    calls: row.calls,
    denied: row.denied,
    errors: row.errors,
  }));
}

const keysPerQuery = 200;
const rememberedMax = 50_000;

const remembered = processState(
  "key-histories",
  () => new Map<string, { untilMs: number; history: History }>(),
);

/** What tells keys apart, over all workspaces. */
export const nameOf = ({ workspaceId, keyId }: { workspaceId: string; keyId: string }) =>
  `${workspaceId} ${keyId}`;

/** Forgets a key's history, because what counts as its history has changed. */
export function forgetHistory(key: { workspaceId: string; keyId: string }): void {
  remembered.delete(nameOf(key));
}

/** Each key's own history before `end`; read once an hour. */
export async function historiesOf(keys: readonly ActiveKey[], end: Date): Promise<Map<string, History>> {
  if (remembered.size > rememberedMax) remembered.clear();
  const missing = keys.filter((key) => (remembered.get(nameOf(key))?.untilMs ?? 0) <= end.getTime());
  for (let from = 0; from < missing.length; from += keysPerQuery) {
    const some = missing.slice(from, from + keysPerQuery);
    const read = await readHistories(some, end);
    for (const key of some)
      remembered.set(nameOf(key), {
        untilMs: end.getTime() + 3_600_000,
        history: read.get(nameOf(key)) ?? noHistory,
      });
  }
  return new Map(keys.map((key) => [nameOf(key), remembered.get(nameOf(key))?.history ?? noHistory]));
}

const noHistory: History = {
  windows: 0,
  calls: 0,
  callsSquared: 0,
  callsMax: 0,
  denied: { bad: 0, badSquaredByCalls: 0 },
  errors: { bad: 0, badSquaredByCalls: 0 },
};

const HistoryRows = z.array(
  z.object({
    workspace_id: z.string(),
    key_id: z.string(),
    windows: count,
    calls: count,
    calls_squared: count,
    calls_max: count,
    denied: count,
    denied_squared: count,
    errors: count,
    errors_squared: count,
  }),
);

async function readHistories(keys: readonly ActiveKey[], end: Date): Promise<Map<string, History>> {
  const until = new Date(end.getTime() - historyEndsMinutesAgo * 60_000);
  const { rows } = await sql().query(historyStatement, [
    keys.map((key) => key.workspaceId),
    keys.map((key) => key.keyId),
    until,
  ]);
  return new Map(
    HistoryRows.parse(rows).map((row) => [
      nameOf({ workspaceId: row.workspace_id, keyId: row.key_id }),
      {
        windows: Math.max(0, Math.floor(row.windows)),
        calls: row.calls,
        callsSquared: row.calls_squared,
        callsMax: row.calls_max,
        denied: { bad: row.denied, badSquaredByCalls: row.denied_squared },
        errors: { bad: row.errors, badSquaredByCalls: row.errors_squared },
      },
    ]),
  );
}

/** What a key did while it was flagged is no history, for a day; after that it is what the key does now. */
const flagged = `
  select f.workspace_id, f.key_id, f.since - interval '${windowMinutes} minutes' as since,
    least(coalesce(f.until, 'infinity'), f.since + interval '24 hours') as until
  from key_flag f join asked a on a.workspace_id = f.workspace_id and a.key_id = f.key_id`;

const historyStatement = `
with asked as (
  select * from unnest($1::text[], $2::text[]) as a(workspace_id, key_id)
), flagged as (${flagged}
), span as (
  select a.*, u.* from asked a cross join lateral (
    select date_bin('${windowMinutes} minutes', minute, $3::timestamptz) as bin, sum(calls) as calls,
      coalesce(sum(calls) filter (where outcome = 'denied'), 0) as denied,
      coalesce(sum(calls) filter (where outcome = 'error'), 0) as errors
    from usage_per_minute m where m.workspace_id = a.workspace_id and m.key_id = a.key_id
      and m.minute >= $3::timestamptz - interval '${historyDays} days' and m.minute < $3
      and not exists (select 1 from flagged f where f.workspace_id = m.workspace_id and f.key_id = m.key_id
        and m.minute >= f.since and m.minute < f.until)
    group by 1) as u
)
select s.workspace_id, s.key_id,
  extract(epoch from $3::timestamptz - min(bin)) / ${windowMinutes * 60} - coalesce((
    select max(extract(epoch from least(f.until, $3) - greatest(f.since, min(bin)))) / ${windowMinutes * 60} from flagged f
    where f.workspace_id = s.workspace_id and f.key_id = s.key_id and f.since < $3 and f.until > min(bin)), 0) as windows,
  sum(calls) as calls, sum(calls * calls) as calls_squared, max(calls) as calls_max,
  sum(denied) as denied, sum(denied * denied / calls) as denied_squared,
  sum(errors) as errors, sum(errors * errors / calls) as errors_squared
from span s group by s.workspace_id, s.key_id`;
