import { deleteExpiredAudit } from "@/lib/audit/retain";
import { deleteExpiredValues } from "@/lib/datastore/stored/expire";
import { db, sql } from "@/lib/db/client";
import { expiredChunk, type Expiry } from "@/lib/db/expired-chunk";
import { locks } from "@/lib/db/locks";
import { log } from "@/lib/log";
import { flushedChunk, workspacesFlushed } from "@/lib/logs/flush";
import { processState } from "@/lib/process/state";
import { expiredUsage } from "@/lib/usage/expired";
import { expiredMessages } from "@/lib/webhooks/messages/expired";

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

/** Deletes decisions, events, webhook messages, log lines and audit entries older than their workspace keeps them, usage that is too old and values whose time is over, a chunk at a time. Returns how many rows went. */
export async function deleteExpired(): Promise<number> {
  let deleted = 0;
  for (const { statement, values } of [...expiredRecords, ...expiredUsage()])
    deleted += await inChunks(statement, [rowsPerChunk, ...values]);
  // What a flush left that was killed while it deleted.
  for (const id of await workspacesFlushed()) deleted += await inChunks(flushedChunk, [id, rowsPerChunk]);
  deleted += await deleteExpiredEntries();
  return deleted + (await deleteExpiredValues(() => retention().stopping));
}

const olderThan = (days: string) => `at < now() - make_interval(days => ${days})`;

const expiredRecords: readonly Expiry[] = [
  { statement: expiredChunk("decision", olderThan("w.retention_days")), values: [] },
  { statement: expiredChunk("event", olderThan("w.retention_days")), values: [] },
  { statement: expiredChunk("log_line", olderThan("w.log_retention_days")), values: [] },
  { statement: expiredMessages, values: [] },
];

async function deleteExpiredEntries(): Promise<number> {
  const workspaces = await db().workspace.findMany({
    where: { auditRetentionDays: { not: null } },
    select: { id: true, auditRetentionDays: true },
  });
  let deleted = 0;
  for (const { id, auditRetentionDays } of workspaces)
    if (auditRetentionDays !== null && !retention().stopping)
      deleted += await deleteExpiredAudit(id, auditRetentionDays);
  return deleted;
}

async function inChunks(statement: string, values: readonly unknown[]): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = retention().stopping ? 0 : await deleteChunk(statement, values);
    deleted += count;
    if (count < rowsPerChunk) return deleted;
  }
}

/** Waits for another node's chunk, for that node may not come to these rows: it may have passed them already. */
async function deleteChunk(statement: string, values: readonly unknown[]): Promise<number> {
  const client = await sql().connect();
  try {
    await client.query("begin");
    await client.query(`select pg_advisory_xact_lock(${locks.retention})`);
    const { rowCount } = await client.query(statement, [...values]);
    await client.query("commit");
    client.release();
    return rowCount ?? 0;
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
