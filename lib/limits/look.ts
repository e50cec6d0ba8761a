import { limiterClock } from "@/lib/limits/clock";
import type { Limits } from "@/lib/limits/effective";
import { memoryLimiter } from "@/lib/limits/memory-limiter";
import { memoryQuotas } from "@/lib/limits/memory-quotas";
import type { LimitState } from "@/lib/limits/outcome";

/** How every limit and quota stands now, without taking from any; empty while the limiter cannot be asked. */
export async function lookAtLimits(limits: Limits): Promise<(LimitState | null)[]> {
  const nowMs = limiterClock();
  await memoryQuotas.begin(limits.quotas, nowMs);
  return [
    ...limits.rateLimits.map((limit) => memoryLimiter.look(limit, nowMs)),
    ...limits.quotas.map((quota) => memoryQuotas.look(quota, nowMs)),
  ];
}
