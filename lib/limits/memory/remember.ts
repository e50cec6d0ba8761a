import type { Limits } from "@/lib/limits/effective";
import { memoryLimiter } from "@/lib/limits/memory/memory-limiter";
import { memoryQuotas } from "@/lib/limits/memory/memory-quotas";
import type { LimitState } from "@/lib/limits/outcome";

/** Notes what the shared limiter said of the part at `index`, so that this process can go on from there without it. */
export function rememberPart(
  { rateLimits, quotas }: Limits,
  index: number,
  { state, nowMs }: { state: LimitState; nowMs: number },
): void {
  const limit = rateLimits[index];
  if (limit !== undefined) return memoryLimiter.remember(limit, state, nowMs);
  const quota = quotas[index - rateLimits.length];
  if (quota !== undefined) memoryQuotas.remember(quota, state, nowMs);
}
