import { closeFanOut } from "@/lib/events/fan-out";
import { flushQueue, loaderHealth, scheduleLoad } from "@/lib/events/loader";
import {
  isUncredentialedRefusal,
  mergedRefusals,
  refusalsAreMany,
  standsAlone,
  takeMerged,
} from "@/lib/events/loading/merge-refusals";
import { recordQueue } from "@/lib/events/loading/record-queue";
import { startRetention, stopRetention } from "@/lib/events/retention";
import type { DecisionRecord } from "@/lib/events/schema";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

interface Recorder {
  dropped: number;
  mergedTimer: NodeJS.Timeout | null;
}

const recorder = () => processState<Recorder>("recorder", () => ({ dropped: 0, mergedTimer: null }));

/**
 * Takes one decision for storing. Synchronous, never throws, never waits; a full queue drops it and counts that.
 * Refusals without a credential are merged beyond a rate, so that a flood cannot fill the disk.
 */
export function recordDecision(record: DecisionRecord): void {
  try {
    if (isUncredentialedRefusal(record) && !standsAlone(record)) scheduleMerged();
    else enqueue(record);
  } catch (error) {
    recorder().dropped += record.count;
    log.error({ err: error }, "a record was not taken");
  }
}

/** How recording stands, for /readyz and the portal's strip. */
export interface RecordingHealth {
  /** Records that wait for the database. */
  pending: number;
  /** Age of the oldest of them in milliseconds. */
  lagMs: number;
  /** Calls whose record was lost since the process started: the queue was full, or the database refused it. */
  dropped: number;
  /** Why the last try to store failed, or null when it did not. */
  lastError: string | null;
}

/** How recording stands now. */
export function recordingHealth(): RecordingHealth {
  const { refused, lastError } = loaderHealth();
  const oldest = recordQueue().oldestAtMs();
  return {
    pending: recordQueue().size() + mergedRefusals(),
    lagMs: oldest === null ? 0 : Math.max(0, Date.now() - oldest),
    dropped: recorder().dropped + refused,
    lastError,
  };
}

/** Called once at start, after database and bus. */
export function startRecording(): void {
  startRetention();
}

/** Stores all that waits, trying for at most `timeoutMs`; for a graceful stop. True when nothing waits any more. */
export function flushRecords(timeoutMs = 10_000): Promise<boolean> {
  enqueueMerged();
  return flushQueue(timeoutMs);
}

/** Ends timers and live streams; what still waits in memory is lost, so flush first. */
export async function stopRecording(): Promise<void> {
  closeFanOut();
  await stopRetention();
}

function enqueue(record: DecisionRecord): void {
  if (recordQueue().push(record)) scheduleLoad();
  else recorder().dropped += record.count;
}

function scheduleMerged(): void {
  const state = recorder();
  if (refusalsAreMany()) enqueueMerged();
  else state.mergedTimer ??= setTimeout(enqueueMerged, 1_000).unref();
}

function enqueueMerged(): void {
  const state = recorder();
  if (state.mergedTimer !== null) clearTimeout(state.mergedTimer);
  state.mergedTimer = null;
  for (const record of takeMerged()) enqueue(record);
}
