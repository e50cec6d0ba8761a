import type { CountedLimit } from "@/lib/limits/effective";

/** Tokens of a bucket, refilled by whole windows since `refilledAtMs`. */
export interface Bucket {
  tokens: number;
  refilledAtMs: number;
}

/** Calls of the window numbered `window` and of the one before. */
export interface Windows {
  window: number;
  current: number;
  previous: number;
}

/** A bucket as it is at `nowMs`: `limit` tokens for each window that ended, at most its size; full when unknown. */
export function bucketAt(known: Bucket | null, limit: CountedLimit, nowMs: number): Bucket {
  if (known === null) return { tokens: limit.size, refilledAtMs: nowMs };
  const windowMs = limit.windowSeconds * 1_000;
  const refills = Math.floor((nowMs - known.refilledAtMs) / windowMs);
  if (refills <= 0) return known;
  return {
    tokens: Math.min(limit.size, known.tokens + refills * limit.limit),
    refilledAtMs: known.refilledAtMs + refills * windowMs,
  };
}

/** Milliseconds until a bucket is full if nobody takes from it, by whole windows. */
export function fullInMs({ tokens }: Bucket, { size, limit, windowSeconds }: CountedLimit): number {
  return Math.ceil((size - tokens) / limit) * windowSeconds * 1_000;
}

/** The windows as they are at `nowMs`; never earlier ones than are known. */
export function windowsAt(known: Windows | null, { windowSeconds }: CountedLimit, nowMs: number): Windows {
  const window = Math.floor(nowMs / (windowSeconds * 1_000));
  if (known === null || window > known.window + 1) return { window, current: 0, previous: 0 };
  if (window === known.window + 1) return { window, current: 0, previous: known.current };
  return known;
}

/** What calls have taken of the windows: the one before by the share of it that still overlaps, rounded down. */
export function takenOf(
  { window, current, previous }: Windows,
  { windowSeconds }: CountedLimit,
  nowMs: number,
): number {
  const windowMs = windowSeconds * 1_000;
  const elapsed = Math.max(0, nowMs - window * windowMs) / windowMs;
  return Math.floor((1 - elapsed) * previous) + current;
}
