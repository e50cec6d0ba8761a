import { deleteExpiredAudit } from "@/lib/audit/retain";
import { deleteExpiredValues } from "@/lib/datastore/stored/expire";
import { db, sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { flushedChunk } from "@/lib/logs/flush";
import { processState } from "@/lib/process/state";
import { expiredUsage } from "@/lib/usage/expired";

/** Taken for the length of one chunk, so that two nodes never delete side by side. */
const retentionLock = 7_201_640_002;
const everyMs = 60 * 60_000;
const firstAfterMs = 60_000;
const rowsPerChunk = 5_000;

interface Retention {
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
  stopping: boolean;
}

const retention = () =>
  processState<Retention>("retention", () => ({ timer: null, running: null, stopping: false }));

/** Deletes what is too old, a minute after the start and then every hour. */
export function startRetention(): void {
  const state = retention();
  state.stopping = false;
  plan(state, firstAfterMs);
}

/** Waits for the chunk that is being deleted, then no more. */
export async function stopRetention(): Promise<void> {
  const state = retention();
  state.stopping = true;
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  await state.running;
}

/** Deletes decisions, events, log lines and audit entries older than their workspace keeps them, usage that is too old and values whose time is over, a chunk at a time. Returns how many rows went. */
export async function deleteExpired(): Promise<number> {
  let deleted = 0;
  const workspaces = await db().workspace.findMany({
    select: { id: true, retentionDays: true, logRetentionDays: true, auditRetentionDays: true },
  });
  for (const { id, retentionDays, logRetentionDays, auditRetentionDays } of workspaces) {
    for (const { statement, days } of [
      { statement: decisionChunk, days: retentionDays },
      { statement: eventChunk, days: retentionDays },
      { statement: logChunk, days: logRetentionDays },
      ...expiredUsage(),
    ])
      deleted += await inChunks(statement, [id, days, rowsPerChunk]);
    // What a flush left that was killed while it deleted.
    deleted += await inChunks(flushedChunk, [id, rowsPerChunk]);
    if (auditRetentionDays !== null && !retention().stopping)
      deleted += await deleteExpiredAudit(id, auditRetentionDays);
  }
  return deleted + (await deleteExpiredValues(() => retention().stopping));
}

const decisionChunk = `delete from decision where workspace_id = $1 and seq in (
  select seq from decision where workspace_id = $1 and at < now() - make_interval(days => $2::int) order by at limit $3::int)`;

const eventChunk = `delete from event where workspace_id = $1 and seq in (
  select seq from event where workspace_id = $1 and at < now() - make_interval(days => $2::int) order by seq limit $3::int)`;

const logChunk = `delete from log_line where workspace_id = $1 and position in (
  select position from log_line where workspace_id = $1 and at < now() - make_interval(days => $2::int) order by at limit $3::int)`;

async function inChunks(statement: string, values: readonly unknown[]): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = retention().stopping ? 0 : await deleteChunk(statement, values);
    deleted += count;
    if (count < rowsPerChunk) return deleted;
  }
}

/** Nothing is deleted while another node is at it; it will delete these rows too. */
async function deleteChunk(statement: string, values: readonly unknown[]): Promise<number> {
  const client = await sql().connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(${retentionLock}) as mine`,
    );
    const count = rows[0]?.mine === true ? ((await client.query(statement, [...values])).rowCount ?? 0) : 0;
    await client.query("commit");
    client.release();
    return count;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function plan(state: Retention, afterMs: number): void {
  state.timer = setTimeout(() => {
    state.running = run(state);
  }, afterMs).unref();
}

async function run(state: Retention): Promise<void> {
  try {
    const deleted = await deleteExpired();
    if (deleted > 0) log.info({ deleted }, "expired records deleted");
  } catch (error) {
    log.warn({ err: error }, "expired records could not be deleted; the next run tries again");
  }
  if (!state.stopping) plan(state, everyMs);
}
