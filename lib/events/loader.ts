import { bus } from "@/lib/bus/bus";
import { deliverLoaded, liveWorkspaces } from "@/lib/events/fan-out";
import { insertBatch } from "@/lib/events/loading/insert-batch";
import { recordQueue } from "@/lib/events/loading/record-queue";
import { touchKeys } from "@/lib/events/loading/touch-keys";
import type { DecisionRecord } from "@/lib/events/schema";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** Records go to the database this long after the first of them, or as soon as {@link batchRows} wait. */
const loadEveryMs = 100;
/** A statement costs the database about as much as seventy of its rows, so few large batches are cheaper. */
const batchRows = 2_000;
const backOffMaxMs = 5_000;

interface Loader {
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
  /** Tries that failed in a row. */
  failures: number;
  /** Records that the database will never take. */
  refused: number;
  lastError: string | null;
}

const loader = () =>
  processState<Loader>("record-loader", () => ({
    timer: null,
    running: null,
    failures: 0,
    refused: 0,
    lastError: null,
  }));

/** Sees to it that what waits is loaded soon. Synchronous; called for every record. */
export function scheduleLoad(): void {
  const state = loader();
  if (state.running !== null) return;
  if (state.timer === null) startTimer(state, loadEveryMs);
  else if (state.failures === 0 && recordQueue().size() === batchRows) startTimer(state, 0);
}

/** Loads all that waits now, trying for at most `timeoutMs`; for a graceful stop. True when nothing waits any more. */
export async function flushQueue(timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  const state = loader();
  while (recordQueue().size() > 0 && Date.now() < until) {
    stopTimer(state);
    await run(state);
    if (state.failures > 0)
      await new Promise((resolve) => setTimeout(resolve, Math.min(backOffMs(state.failures), 500)));
  }
  return recordQueue().size() === 0;
}

/** What the loader says of itself. */
export function loaderHealth(): { failures: number; refused: number; lastError: string | null } {
  const { failures, refused, lastError } = loader();
  return { failures, refused, lastError };
}

function startTimer(state: Loader, afterMs: number): void {
  stopTimer(state);
  state.timer = setTimeout(() => {
    state.timer = null;
    void run(state);
  }, afterMs);
  state.timer.unref();
}

function stopTimer(state: Loader): void {
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
}

/** One run at a time; afterwards the next one is planned if records wait. */
function run(state: Loader): Promise<void> {
  state.running ??= loadWaiting(state).finally(() => {
    state.running = null;
    if (recordQueue().size() > 0)
      startTimer(state, state.failures > 0 ? backOffMs(state.failures) : loadEveryMs);
  });
  return state.running;
}

async function loadWaiting(state: Loader): Promise<void> {
  const queue = recordQueue();
  do {
    const batch = queue.peek(batchRows);
    if (batch.length === 0) return;
    try {
      await loadBatch(state, batch);
      if (state.failures > 0) log.info({ failures: state.failures }, "records are stored again");
      state.failures = 0;
      state.lastError = null;
      queue.release(batch.length);
    } catch (error) {
      state.failures += 1;
      state.lastError = error instanceof Error ? error.message : String(error);
      if (state.failures === 1)
        log.warn({ err: error, waiting: queue.size() }, "records wait for the database");
      return;
    }
  } while (queue.size() >= batchRows);
}

/** Stores one batch; where the database refuses its content, halves it until the record at fault stands alone and is given up. */
async function loadBatch(state: Loader, batch: DecisionRecord[]): Promise<void> {
  try {
    const loaded = await insertBatch(batch, liveWorkspaces());
    deliverLoaded(batch, loaded);
    announce(batch);
  } catch (error) {
    if (!isContentError(error)) throw error;
    if (batch.length === 1) {
      state.refused += batch[0]?.count ?? 1;
      log.error({ err: error, id: batch[0]?.id }, "the database refused a record");
      return;
    }
    const middle = batch.length >> 1;
    await loadBatch(state, batch.slice(0, middle));
    await loadBatch(state, batch.slice(middle));
  }
}

/** Other nodes' live streams and the keys' last use follow after the commit; neither may hold up the next batch or fail it. */
function announce(batch: readonly DecisionRecord[]): void {
  const workspaceIds = [...new Set(batch.map((record) => record.workspaceId))];
  const tell = async () => {
    await bus().publish({ kind: "decisions-loaded", workspaceIds });
    await touchKeys(batch);
  };
  tell().catch((error: unknown) => log.warn({ err: error }, "after loading records"));
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (limits): the same rows would fail again. */
function isContentError(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^(22|23|54)/.test(error.code)
  );
}

/** Between half and all of 200 ms · 2^failures, at most {@link backOffMaxMs}. */
function backOffMs(failures: number): number {
  const full = Math.min(backOffMaxMs, 100 * 2 ** Math.min(failures, 10));
  return full * (0.5 + Math.random() / 2);
}
