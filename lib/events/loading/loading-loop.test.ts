import { afterEach, expect, test, vi } from "vitest";
import { deferralMaxMs, startLoadingLoop } from "@/lib/events/loading/loading-loop";

afterEach(() => void vi.useRealTimers());

/** A loop in a process that is busy answering, and the times at which it loaded a batch. */
function busyLoop() {
  const loadedAt: number[] = [];
  const began = performance.now();
  const own = {
    step: () => Promise.resolve(loadedAt.push(performance.now() - began)),
    backOffMs: () => 0,
    close: () => undefined,
  };
  const loop = startLoadingLoop({ own, inherited: [], busy: () => 1, urgent: () => false });
  return { loop, loadedAt };
}

test.each([
  ["stands", 0],
  ["is set back by an hour", -3_600_000],
  ["is set forward by an hour", 3_600_000],
])(
  "a busy process's records wait for the longest deferral, and no longer, when the clock %s",
  async (_what, step) => {
    vi.useFakeTimers();
    const { loop, loadedAt } = busyLoop();
    await vi.advanceTimersByTimeAsync(1_000);
    vi.setSystemTime(Date.now() + step);
    await vi.advanceTimersByTimeAsync(deferralMaxMs);
    expect(loadedAt).toHaveLength(1);
    expect(loadedAt[0]).toBeGreaterThanOrEqual(deferralMaxMs);
    const stopped = loop.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopped;
  },
);
