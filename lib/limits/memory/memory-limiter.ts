import {
  bucketAt,
  fullInMs,
  takenOf,
  windowsAt,
  type Bucket,
  type Windows,
} from "@/lib/limits/memory/algorithms";
import type { CountedLimit } from "@/lib/limits/effective";
import type { LimitState } from "@/lib/limits/outcome";
import { processState } from "@/lib/process/state";

/** What one limit said to one call. */
export interface Taken {
  ok: boolean;
  state: LimitState;
}

interface Kept {
  buckets: Map<string, Bucket & { fullAtMs: number }>;
  windows: Map<string, Windows & { endsAtMs: number }>;
  sweptAtMs: number;
}

/** Slots whose memory makes no difference any more are dropped this often. */
const sweepEveryMs = 60_000;

/**
 * Limits of a single process, decided as `@upstash/ratelimit` decides on Redis, so that the same calls get the same
 * verdicts with and without Redis. Time must not go back.
 */
export function createMemoryLimiter() {
  const kept: Kept = { buckets: new Map(), windows: new Map(), sweptAtMs: Number.NEGATIVE_INFINITY };
  return {
    take(limit: CountedLimit, cost: number, nowMs: number): Taken {
      if (nowMs - kept.sweptAtMs > sweepEveryMs) sweep(kept, nowMs);
      return limit.algorithm === "token-bucket"
        ? takeTokens(kept, limit, { cost, nowMs })
        : takeFromWindow(kept, limit, { cost, nowMs });
    },
    /** Undoes a `take` that passed, because another limit of the same call refused. */
    giveBack(limit: CountedLimit, cost: number, nowMs: number): void {
      const bucket = kept.buckets.get(limit.slot);
      const windows = kept.windows.get(limit.slot);
      if (limit.algorithm === "sliding-window" && windows !== undefined) windows.current -= cost;
      if (limit.algorithm !== "token-bucket" || bucket === undefined) return;
      bucket.tokens += cost;
      // A bucket that is full again is remembered as long as it would have been, as on Redis.
      if (bucket.tokens < limit.size) bucket.fullAtMs = nowMs + fullInMs(bucket, limit);
    },
    /** Notes how a limit stands elsewhere, so that counting can go on here from there. */
    remember(limit: CountedLimit, { remaining, resetAtMs }: LimitState, nowMs: number): void {
      if (nowMs - kept.sweptAtMs > sweepEveryMs) sweep(kept, nowMs);
      const windowMs = limit.windowSeconds * 1_000;
      if (limit.algorithm === "token-bucket") {
        const bucket = { tokens: remaining, refilledAtMs: resetAtMs - windowMs };
        kept.buckets.set(limit.slot, { ...bucket, fullAtMs: nowMs + fullInMs(bucket, limit) });
        return;
      }
      const windows = { window: resetAtMs / windowMs - 1, current: limit.limit - remaining, previous: 0 };
      kept.windows.set(limit.slot, { ...windows, endsAtMs: resetAtMs + windowMs });
    },
    /** How a limit stands, without taking. */
    look(limit: CountedLimit, nowMs: number): LimitState {
      return limit.algorithm === "token-bucket"
        ? bucketState(limit, bucketAt(knownBucket(kept, limit, nowMs), limit, nowMs))
        : windowsState(limit, windowsAt(kept.windows.get(limit.slot) ?? null, limit, nowMs), nowMs);
    },
    slots: () => kept.buckets.size + kept.windows.size,
  };
}

/** The limiter of this process. */
export const memoryLimiter = processState("memory-limiter", createMemoryLimiter);

interface Call {
  cost: number;
  nowMs: number;
}

/** A refusal says that 0 remain, as the library has it. */
function takeTokens(kept: Kept, limit: CountedLimit, { cost, nowMs }: Call): Taken {
  const bucket = bucketAt(knownBucket(kept, limit, nowMs), limit, nowMs);
  if (bucket.tokens < cost) return { ok: false, state: { ...bucketState(limit, bucket), remaining: 0 } };
  // Written out: spread into a larger object it would change shape at every call, which takes longer than all else here.
  const left = { tokens: bucket.tokens - cost, refilledAtMs: bucket.refilledAtMs, fullAtMs: nowMs };
  left.fullAtMs += fullInMs(left, limit);
  kept.buckets.set(limit.slot, left);
  return { ok: true, state: bucketState(limit, left) };
}

/** A bucket that must be full by now is forgotten, as Redis lets it expire. */
function knownBucket(kept: Kept, { slot }: CountedLimit, nowMs: number): Bucket | null {
  const bucket = kept.buckets.get(slot);
  return bucket !== undefined && bucket.fullAtMs >= nowMs ? bucket : null;
}

function takeFromWindow(kept: Kept, limit: CountedLimit, { cost, nowMs }: Call): Taken {
  const windows = windowsAt(kept.windows.get(limit.slot) ?? null, limit, nowMs);
  const tried = takenOf(windows, limit, nowMs) < limit.limit;
  // As in the library, a call that costs more than is left is refused and yet counts.
  const after = tried ? { ...windows, current: windows.current + cost } : windows;
  kept.windows.set(limit.slot, { ...after, endsAtMs: (after.window + 2) * limit.windowSeconds * 1_000 });
  const ok = tried && takenOf(after, limit, nowMs) <= limit.limit;
  return { ok, state: windowsState(limit, after, nowMs) };
}

/** How a bucket stands, by the name that answers say. */
export function bucketState(limit: CountedLimit, { tokens, refilledAtMs }: Bucket): LimitState {
  return stateOf(limit, tokens, refilledAtMs + limit.windowSeconds * 1_000);
}

/** How a sliding window stands, by the name that answers say. */
export function windowsState(limit: CountedLimit, windows: Windows, nowMs: number): LimitState {
  const resetAtMs = (windows.window + 1) * limit.windowSeconds * 1_000;
  return stateOf(limit, limit.limit - takenOf(windows, limit, nowMs), resetAtMs);
}

/** A limit with something left, until something comes back. */
export function stateOf(limit: CountedLimit, remaining: number, resetAtMs: number): LimitState {
  const { label: name, size, windowSeconds } = limit;
  return { name, limit: size, remaining: Math.max(0, remaining), windowSeconds, resetAtMs };
}

function sweep(kept: Kept, nowMs: number): void {
  kept.sweptAtMs = nowMs;
  for (const [slot, bucket] of kept.buckets) if (bucket.fullAtMs < nowMs) kept.buckets.delete(slot);
  for (const [slot, windows] of kept.windows) if (windows.endsAtMs <= nowMs) kept.windows.delete(slot);
}
