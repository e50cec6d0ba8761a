import type { CountedQuota } from "@/lib/limits/effective";
import type { LimitState } from "@/lib/limits/outcome";
import type { Quota } from "@/lib/limits/schema";

/** One UTC day or month: when it begins and ends, in milliseconds since 1970, and its name, `2026-11-22`. */
export interface Period {
  startsAtMs: number;
  endsAtMs: number;
  name: string;
}

/** The two periods that now lies in, made once for all quotas until one of them ends. */
export function createPeriods(): (per: Quota["per"], nowMs: number) => Period {
  const known: Partial<Record<Quota["per"], Period>> = {};
  return (per, nowMs) => {
    const last = known[per];
    if (last !== undefined && nowMs >= last.startsAtMs && nowMs < last.endsAtMs) return last;
    return (known[per] = periodAt(per, nowMs));
  };
}

function periodAt(per: Quota["per"], nowMs: number): Period {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const startsAtMs = per === "day" ? Date.UTC(year, month, day) : Date.UTC(year, month, 1);
  const endsAtMs = per === "day" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
  return { startsAtMs, endsAtMs, name: new Date(startsAtMs).toISOString().slice(0, 10) };
}

/** A quota with `used` of it gone. */
export function quotaState(quota: CountedQuota, used: number, { startsAtMs, endsAtMs }: Period): LimitState {
  return {
    name: quota.label,
    limit: quota.limit,
    remaining: Math.max(0, quota.limit - used),
    windowSeconds: (endsAtMs - startsAtMs) / 1_000,
    resetAtMs: endsAtMs,
  };
}
