import type pg from "pg";
import { sql } from "@/lib/db/client";
import { locks } from "@/lib/db/locks";
import type { StoredConfig } from "@/lib/sinks/schema";

/** A minute is read when its begin lies this far back; the loader names later additions to it in `usage_late`. */
const readAfterSeconds = 120;
const minutesPerStep = 240;

/** Which sink, and what its events are made of. */
export interface FilledSink {
  workspaceId: string;
  id: string;
  config: StoredConfig;
}

/**
 * Puts one stretch of minutes that are over into a sink's outbox, and what came late to minutes that were read before:
 * each row holds what the rows before it of the same holder and minute do not. One transaction moves the sink's
 * position and writes the rows, so a kill loses and doubles nothing. True when more minutes wait.
 */
export async function fillOutbox(sink: FilledSink): Promise<boolean> {
  const { closed, late } = await readable(sink.workspaceId);
  const client = await sql().connect();
  try {
    await client.query("begin");
    const position = await lockPosition(client, sink);
    if (position === null) {
      await client.query("rollback");
      client.release();
      return false;
    }
    const until = new Date(
      Math.max(
        position.readUntil.getTime(),
        Math.min(closed.getTime(), position.readUntil.getTime() + minutesPerStep * 60_000),
      ),
    );
    const { workspaceId, id, config } = sink;
    const lateMinutes = await lateOf(client, sink, { ...position, upto: late });
    await client.query(insertion(config.subject), [
      workspaceId,
      id,
      config.eventType,
      position.readUntil,
      until,
      lateMinutes,
      late,
    ]);
    await client.query("update sink set read_until = $3, late_seq = $4 where workspace_id = $1 and id = $2", [
      workspaceId,
      id,
      until,
      late,
    ]);
    await client.query("commit");
    client.release();
    return until < closed;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/**
 * Up to where minutes can be read. Asked while nothing is being loaded: what is added to an earlier minute from here on
 * gets a number in `usage_late` above `late`.
 */
async function readable(workspaceId: string): Promise<{ closed: Date; late: string }> {
  const client = await sql().connect();
  try {
    await client.query(`begin; select pg_advisory_xact_lock(${locks.loader})`);
    const { rows } = await client.query<{ closed: Date; late: string }>(
      `select date_trunc('minute', clock_timestamp() - interval '${readAfterSeconds} seconds') + interval '1 minute' as closed,
         coalesce((select max(seq) from usage_late where workspace_id = $1), 0) as late`,
      [workspaceId],
    );
    await client.query("commit");
    client.release();
    return rows[0] ?? { closed: new Date(0), late: "0" };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

interface Position {
  readUntil: Date;
  lateSeq: string;
}

async function lockPosition(
  client: pg.PoolClient,
  { workspaceId, id }: FilledSink,
): Promise<Position | null> {
  const { rows } = await client.query<{ read_until: Date; late_seq: string }>(
    "select read_until, late_seq from sink where workspace_id = $1 and id = $2 and disabled_at is null for update",
    [workspaceId, id],
  );
  const [row] = rows;
  return row === undefined ? null : { readUntil: row.read_until, lateSeq: row.late_seq };
}

/** Minutes of a sink that were read before something was added to them. */
async function lateOf(
  client: pg.PoolClient,
  { workspaceId, config }: FilledSink,
  { lateSeq, readUntil, upto }: Position & { upto: string },
): Promise<Date[]> {
  const { rows } = await client.query<{ minute: Date }>(
    `select distinct minute from usage_late
     where workspace_id = $1 and seq > $2 and seq <= $3 and minute < $4 and minute >= $5`,
    [workspaceId, lateSeq, upto, readUntil, config.from],
  );
  return rows.map(({ minute }) => minute);
}

const holders = { customer: "customer_id", key: "key_id" } as const;

/** The id of what came late ends in the number up to which lateness was read, which no other row of that minute has. */
function insertion(subject: StoredConfig["subject"]): string {
  const holder = holders[subject];
  const chosen = "((minute >= $4 and minute < $5) or minute = any($6::timestamptz[]))";
  return `
with used as (
  select ${holder} as holder, minute,
    coalesce(sum(calls) filter (where outcome in ('ok', 'error')), 0) as calls, sum(cost) as cost,
    coalesce(sum(calls) filter (where outcome = 'error'), 0) as errors,
    coalesce(sum(calls) filter (where outcome = 'denied'), 0) as denied,
    coalesce(sum(calls) filter (where outcome = 'limited'), 0) as limited,
    sum(request_bytes) as request_bytes, sum(response_bytes) as response_bytes
  from usage_per_minute where workspace_id = $1 and ${holder} <> '' and ${chosen} group by 1, 2
), told as (
  select holder_id as holder, minute, sum(calls) as calls, sum(cost) as cost, sum(errors) as errors, sum(denied) as denied,
    sum(limited) as limited, sum(request_bytes) as request_bytes, sum(response_bytes) as response_bytes
  from sink_event where workspace_id = $1 and sink_id = $2 and ${chosen} group by 1, 2
)
insert into sink_event (workspace_id, sink_id, id, holder_id, subject, minute, calls, cost, errors, denied, limited, request_bytes, response_bytes)
select $1, $2, $1 || '/' || u.holder || '/' || $3 || '/' || to_char(u.minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
    || case when u.minute < $4 then '/' || $7 else '' end,
  u.holder, coalesce(c.external_id, u.holder), u.minute, u.calls - coalesce(t.calls, 0), u.cost - coalesce(t.cost, 0),
  u.errors - coalesce(t.errors, 0), u.denied - coalesce(t.denied, 0), u.limited - coalesce(t.limited, 0),
  u.request_bytes - coalesce(t.request_bytes, 0), u.response_bytes - coalesce(t.response_bytes, 0)
from used u left join told t using (holder, minute)
left join customer c on c.workspace_id = $1 and c.id = u.holder
where u.calls + u.denied + u.limited > coalesce(t.calls + t.denied + t.limited, 0)
order by u.minute, u.holder`;
}
