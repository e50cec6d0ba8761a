import type { LimitState } from "@/lib/limits/outcome";
import type { RateLimit } from "@/lib/keys/verified-key";
import { processState } from "@/lib/process/state";

/** What one limit said to one call. */
export interface Taken {
  ok: boolean;
  state: LimitState;
}

/** Tokens of a bucket, refilled by whole windows since `refilledAtMs`. */
interface Bucket {
  tokens: number;
  refilledAtMs: number;
  fullAtMs: number;
}

/** Calls of the window numbered `window` and of the one before. */
interface Windows {
  window: number;
  current: number;
  previous: number;
  endsAtMs: number;
}

interface Kept {
  buckets: Map<string, Bucket>;
  windows: Map<string, Windows>;
  sweptAtMs: number;
}

/** Slots whose memory makes no difference any more are dropped this often. */
const sweepEveryMs = 60_000;

/**
 * Limits of a single process, decided as `@upstash/ratelimit` decides on Redis, so that the same calls get the same
 * verdicts with and without Redis. A clock that steps back never refills and never opens a window anew.
 */
export function createMemoryLimiter(now: () => number = () => Date.now()) {
  const kept: Kept = { buckets: new Map(), windows: new Map(), sweptAtMs: now() };
  return {
    take(slot: string, limit: RateLimit, cost: number): Taken {
      const nowMs = now();
      if (nowMs - kept.sweptAtMs > sweepEveryMs) sweep(kept, nowMs);
      return limit.algorithm === "token-bucket"
        ? takeTokens(kept, slot, { limit, cost, nowMs })
        : takeFromWindow(kept, slot, { limit, cost, nowMs });
    },
    /** Undoes a `take` that passed, because another limit of the same call refused. */
    giveBack(slot: string, limit: RateLimit, cost: number): void {
      const bucket = kept.buckets.get(slot);
      const windows = kept.windows.get(slot);
      if (limit.algorithm === "token-bucket" && bucket !== undefined) bucket.tokens += cost;
      if (limit.algorithm === "sliding-window" && windows !== undefined) windows.current -= cost;
    },
    slots: () => kept.buckets.size + kept.windows.size,
  };
}

/** The limiter of this process. */
export const memoryLimiter = processState("memory-limiter", () => createMemoryLimiter());

interface Call {
  limit: RateLimit;
  cost: number;
  nowMs: number;
}

/**
 * The bucket gets `limit` tokens at the end of each window and holds `burst` of them.
 * A refusal says that 0 remain, as the library has it.
 */
function takeTokens(kept: Kept, slot: string, { limit, cost, nowMs }: Call): Taken {
  const size = limit.burst ?? limit.limit;
  const windowMs = limit.windowSeconds * 1_000;
  const known = kept.buckets.get(slot);
  const bucket =
    known !== undefined && known.fullAtMs > nowMs
      ? known
      : { tokens: size, refilledAtMs: nowMs, fullAtMs: nowMs };
  const refills = Math.max(0, Math.floor((nowMs - bucket.refilledAtMs) / windowMs));
  bucket.tokens = refills > 0 ? Math.min(size, bucket.tokens + refills * limit.limit) : bucket.tokens;
  bucket.refilledAtMs += refills * windowMs;
  const ok = bucket.tokens >= cost;
  if (ok) bucket.tokens -= cost;
  if (ok) bucket.fullAtMs = nowMs + Math.ceil((size - bucket.tokens) / limit.limit) * windowMs;
  kept.buckets.set(slot, bucket);
  const remaining = ok ? bucket.tokens : 0;
  return { ok, state: stateOf(limit, size, { remaining, resetAtMs: bucket.refilledAtMs + windowMs }) };
}

/** The window before counts by the share of it that still overlaps, rounded down. */
function takeFromWindow(kept: Kept, slot: string, { limit, cost, nowMs }: Call): Taken {
  const windowMs = limit.windowSeconds * 1_000;
  const windows = kept.windows.get(slot) ?? { window: 0, current: 0, previous: 0, endsAtMs: 0 };
  const window = Math.max(windows.window, Math.floor(nowMs / windowMs));
  if (window !== windows.window) {
    windows.previous = window === windows.window + 1 ? windows.current : 0;
    windows.current = 0;
    windows.window = window;
    windows.endsAtMs = (window + 2) * windowMs;
  }
  const elapsed = Math.max(0, nowMs - window * windowMs) / windowMs;
  const before = Math.floor((1 - elapsed) * windows.previous);
  const tried = before + windows.current < limit.limit;
  // As in the library, a call that costs more than is left is refused and yet counts.
  if (tried) windows.current += cost;
  kept.windows.set(slot, windows);
  const left = limit.limit - before - windows.current;
  return {
    ok: tried && left >= 0,
    state: stateOf(limit, limit.limit, { remaining: left, resetAtMs: (window + 1) * windowMs }),
  };
}

function stateOf(limit: RateLimit, size: number, now: { remaining: number; resetAtMs: number }): LimitState {
  return {
    name: limit.name,
    limit: size,
    remaining: Math.max(0, now.remaining),
    windowSeconds: limit.windowSeconds,
    resetAtMs: now.resetAtMs,
  };
}

function sweep(kept: Kept, nowMs: number): void {
  kept.sweptAtMs = nowMs;
  for (const [slot, bucket] of kept.buckets) if (bucket.fullAtMs <= nowMs) kept.buckets.delete(slot);
  for (const [slot, windows] of kept.windows) if (windows.endsAtMs <= nowMs) kept.windows.delete(slot);
}
