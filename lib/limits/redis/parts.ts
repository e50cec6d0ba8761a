import type { CountedLimit, CountedQuota, Limits } from "@/lib/limits/effective";
import { stateOf } from "@/lib/limits/memory/memory-limiter";
import type { LimitState } from "@/lib/limits/outcome";
import { createPeriods, quotaState } from "@/lib/limits/period";

/** What one call asks of the limiter that nodes share. */
export interface Ask {
  limits: Limits;
  cost: number;
  /** For each quota what it begins with, once the limiter has said that it does not know. */
  seeds: readonly number[] | null;
}

/** A count is kept a day longer than its period, so that a node whose clock is behind still finds it. */
const quotaLifeAfterMs = 86_400_000;

const periodOf = createPeriods();

/** Writes a call's keys and words in the order that the script reads them. */
export function writeAsk(
  { limits, cost, seeds }: Ask,
  nowMs: number,
  out: { keys: string[]; words: (string | number)[] },
): void {
  out.words.push(cost, limits.rateLimits.length + limits.quotas.length);
  for (const limit of limits.rateLimits) {
    const windowMs = limit.windowSeconds * 1_000;
    if (limit.algorithm === "token-bucket") out.words.push("b", limit.size, windowMs, limit.limit);
    else out.words.push("s", limit.limit, windowMs, "");
    writeKeys(limit, nowMs, out.keys);
  }
  for (const [index, quota] of limits.quotas.entries()) {
    const { endsAtMs } = periodOf(quota.per, nowMs);
    out.words.push("q", quota.limit, endsAtMs - nowMs + quotaLifeAfterMs, seeds?.[index] ?? "");
    out.keys.push(quotaKey(quota, nowMs));
  }
}

/** Where a limit counts: a bucket in one place, windows in one each, the present before the past. */
export function writeKeys(limit: CountedLimit, nowMs: number, keys: string[]): void {
  const place = `latchkey:limit:${limit.slot}`;
  if (limit.algorithm === "token-bucket") return void keys.push(place);
  const window = Math.floor(nowMs / (limit.windowSeconds * 1_000));
  keys.push(`${place}:${window}`, `${place}:${window - 1}`);
}

/** Where a quota's count of the running period is kept. */
export function quotaKey(quota: CountedQuota, nowMs: number): string {
  return `latchkey:quota:${quota.slot}:${periodOf(quota.per, nowMs).name}`;
}

/** What the script said of the part at `index`: what is left, and when a bucket gets more. */
export function partState(
  { rateLimits, quotas }: Limits,
  index: number,
  { left, resetAtMs, nowMs }: { left: number; resetAtMs: number; nowMs: number },
): LimitState {
  const limit = rateLimits[index];
  if (limit !== undefined) {
    const windowMs = limit.windowSeconds * 1_000;
    const endsAtMs = (Math.floor(nowMs / windowMs) + 1) * windowMs;
    return stateOf(limit, left, limit.algorithm === "token-bucket" ? resetAtMs : endsAtMs);
  }
  const quota = quotas[index - rateLimits.length];
  if (quota === undefined) throw new Error(`there is no part ${index}`);
  return quotaState(quota, quota.limit - left, periodOf(quota.per, nowMs));
}
