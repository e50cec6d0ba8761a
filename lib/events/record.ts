import { loaderHealth, scheduleLoad } from "@/lib/events/loader";
import { recordQueue } from "@/lib/events/loading/record-queue";
import type { DecisionRecord } from "@/lib/events/schema";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const counts = () => processState("record-counts", () => ({ dropped: 0 }));

/** Takes one decision for storing. Synchronous, never throws, never waits; a full queue drops it and counts that. */
export function recordDecision(record: DecisionRecord): void {
  try {
    if (recordQueue().push(record)) scheduleLoad();
    else drop(record);
  } catch (error) {
    drop(record);
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
    pending: recordQueue().size(),
    lagMs: oldest === null ? 0 : Math.max(0, Date.now() - oldest),
    dropped: counts().dropped + refused,
    lastError,
  };
}

function drop(record: DecisionRecord): void {
  counts().dropped += record.count;
}
