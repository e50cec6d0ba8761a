import { z } from "zod";
import { unseal } from "@/lib/crypto/seal";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { cloudEvent, type OutboxEvent } from "@/lib/sinks/delivery/cloud-event";
import { fillOutbox } from "@/lib/sinks/delivery/fill-outbox";
import { postEvents, type Patience, type Posted } from "@/lib/sinks/delivery/post-events";
import { StoredConfig } from "@/lib/sinks/schema";
import { sourceOf } from "@/lib/sinks/stored-sink";

const eventsPerBatch = 500;
/** While so many events wait, no more are made; the minutes that they would be made of are kept. */
const pendingMax = 5_000;
/** Longer than a try can take, so that a second node begins only after the first gave up or died. */
const leaseSeconds = 60;
const backOffMaxMs = 5 * 60_000;

interface ClaimedSink {
  workspaceId: string;
  id: string;
  config: StoredConfig;
  token: string | null;
  failures: number;
}

/**
 * Brings a sink up to date, unless another node is at it: fills its outbox and sends it in order, batch by batch, until
 * nothing waits or a try fails. A try that fails is repeated later, between half and all of 2^failures seconds, at most
 * five minutes. At least once: a batch is marked as delivered after the receiver took it.
 */
export async function deliverSink(
  { workspaceId, id }: { workspaceId: string; id: string },
  patience: Patience = {},
): Promise<void> {
  const { signal } = patience;
  const sink = await claim(workspaceId, id);
  if (sink === null) return;
  try {
    let limit = eventsPerBatch;
    for (let more = true; more && !isOver(signal);) {
      const unread = (await pendingCount(sink)) < pendingMax && (await fillOutbox(sink));
      const batch = await pendingEvents(sink, limit);
      if (batch.length > 0) {
        const posted = await post(sink, batch, patience);
        if (posted.ok) await markDelivered(sink, batch);
        else if (posted.tooLarge && batch.length > 1) limit = Math.max(1, batch.length >> 1);
        else {
          if (!isOver(signal)) await markFailed(sink, posted);
          return;
        }
      }
      more = unread || batch.length > 0;
      await renew(sink);
    }
  } finally {
    await giveBack(sink);
  }
}

const isOver = (signal: AbortSignal | undefined) => signal?.aborted === true;

function post(sink: ClaimedSink, batch: readonly OutboxEvent[], patience: Patience): Promise<Posted> {
  const { config, token, workspaceId } = sink;
  const about = { source: sourceOf(workspaceId, config), type: config.eventType };
  return postEvents(
    { url: config.url, token },
    batch.map((row) => cloudEvent(row, about)),
    patience,
  );
}

const ClaimedRows = z.array(
  z.object({ config: StoredConfig, token: z.instanceof(Uint8Array).nullable(), failures: z.number() }),
);

async function claim(workspaceId: string, id: string): Promise<ClaimedSink | null> {
  const { rows } = await sql().query(
    `update sink set lease_until = now() + interval '${leaseSeconds} seconds'
     where workspace_id = $1 and id = $2 and disabled_at is null and (lease_until is null or lease_until < now())
       and (next_attempt_at is null or next_attempt_at <= now())
     returning config, token, failures`,
    [workspaceId, id],
  );
  const [row] = ClaimedRows.parse(rows);
  if (row === undefined) return null;
  const token = row.token === null ? null : unseal("sink-token", row.token);
  return { workspaceId, id, config: row.config, token, failures: row.failures };
}

async function renew({ workspaceId, id }: ClaimedSink): Promise<void> {
  await sql().query(
    `update sink set lease_until = now() + interval '${leaseSeconds} seconds' where workspace_id = $1 and id = $2`,
    [workspaceId, id],
  );
}

async function giveBack({ workspaceId, id }: ClaimedSink): Promise<void> {
  await sql().query("update sink set lease_until = null where workspace_id = $1 and id = $2", [
    workspaceId,
    id,
  ]);
}

const count = z.coerce.number();
const PendingRows = z.array(
  z
    .object({
      seq: z.string(),
      id: z.string(),
      holder_id: z.string(),
      subject: z.string(),
      minute: z.date(),
      calls: count,
      cost: count,
      errors: count,
      denied: count,
      limited: count,
      request_bytes: count,
      response_bytes: count,
    })
    .transform(({ holder_id, request_bytes, response_bytes, ...row }) => ({
      ...row,
      holderId: holder_id,
      requestBytes: request_bytes,
      responseBytes: response_bytes,
    })),
);

async function pendingCount({ workspaceId, id }: ClaimedSink): Promise<number> {
  const { rows } = await sql().query<{ waiting: number }>(
    `select count(*)::int as waiting from (
       select 1 from sink_event where workspace_id = $1 and sink_id = $2 and delivered_at is null limit ${pendingMax}) as first`,
    [workspaceId, id],
  );
  return rows[0]?.waiting ?? 0;
}

async function pendingEvents({ workspaceId, id }: ClaimedSink, limit: number): Promise<OutboxEvent[]> {
  const { rows } = await sql().query(
    `select seq, id, holder_id, subject, minute, calls, cost, errors, denied, limited, request_bytes, response_bytes
     from sink_event where workspace_id = $1 and sink_id = $2 and delivered_at is null order by seq limit $3`,
    [workspaceId, id, limit],
  );
  return PendingRows.parse(rows);
}

async function markDelivered(sink: ClaimedSink, batch: readonly OutboxEvent[]): Promise<void> {
  if (sink.failures > 0) log.info({ sink: sink.id, failures: sink.failures }, "a sink takes events again");
  sink.failures = 0;
  await sql().query(
    `with marked as (
       update sink_event set delivered_at = now() where workspace_id = $1 and sink_id = $2 and seq = any($3::bigint[])
     )
     update sink set delivered = delivered + $4, last_delivered_at = now(), failures = 0, last_error = null,
       next_attempt_at = null where workspace_id = $1 and id = $2`,
    [sink.workspaceId, sink.id, batch.map((row) => row.seq), batch.length],
  );
}

async function markFailed(sink: ClaimedSink, posted: Posted & { ok: false }): Promise<void> {
  const failures = sink.failures + 1;
  if (failures === 1) log.warn({ sink: sink.id, error: posted.error }, "a sink does not take events");
  const waitMs = Math.max(posted.retryAfterMs ?? 0, backOffMs(failures));
  await sql().query(
    `update sink set failures = $3, last_error = $4, last_error_at = now(),
       next_attempt_at = now() + make_interval(secs => $5) where workspace_id = $1 and id = $2`,
    [sink.workspaceId, sink.id, failures, posted.error, waitMs / 1_000],
  );
}

/** Full jitter above one half: between half and all of 2^failures seconds, at most five minutes. */
export function backOffMs(failures: number, random = Math.random): number {
  return Math.min(backOffMaxMs, 1_000 * 2 ** Math.min(failures, 20)) * (0.5 + random() / 2);
}
