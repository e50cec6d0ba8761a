import { processState } from "@/lib/process/state";

/**
 * Milliseconds since 1970 that never go back. Where the machine's clock steps back, time goes on from the latest
 * reading at its natural pace until the clock has caught up, so that no window opens anew and no bucket refills twice.
 */
export function createSteadyClock(
  wallMs: () => number = () => Date.now(),
  sinceStartMs: () => number = () => performance.now(),
): () => number {
  let latestMs = Number.NEGATIVE_INFINITY;
  let readAtMs = 0;
  return () => {
    const nowMs = wallMs();
    if (nowMs < latestMs) {
      const goneOnMs = latestMs + Math.floor(sinceStartMs() - readAtMs);
      if (nowMs < goneOnMs) return goneOnMs;
    }
    latestMs = nowMs;
    readAtMs = sinceStartMs();
    return nowMs;
  };
}

/** The clock of this process's limits and quotas. */
export const limiterClock = processState("limiter-clock", () => createSteadyClock());
