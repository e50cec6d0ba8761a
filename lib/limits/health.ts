import { env } from "@/lib/env";
import type { LimiterOutage } from "@/lib/limits/outcome";
import { sharedLimiter, type LimiterKind } from "@/lib/limits/redis/shared-limiter";

/** Where limits are counted, whether that answers, and what holds while it does not. */
export function limiterHealth(): {
  counts: LimiterKind;
  up: boolean;
  outage: LimiterOutage;
  since: string | null;
} {
  const shared = sharedLimiter();
  const failedAtMs = shared?.failedAtMs() ?? null;
  return {
    counts: shared?.kind ?? "process",
    up: failedAtMs === null,
    outage: env().LIMITER_OUTAGE,
    since: failedAtMs === null ? null : new Date(failedAtMs).toISOString(),
  };
}
