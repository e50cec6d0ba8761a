import type { CountedQuota } from "@/lib/limits/effective";
import type { Taken } from "@/lib/limits/memory/memory-limiter";
import type { LimitState } from "@/lib/limits/outcome";
import { createPeriods, quotaState, type Period } from "@/lib/limits/period";
import { recordedUsage } from "@/lib/limits/recorded-usage";
import { processState } from "@/lib/process/state";

interface Counter {
  used: number;
  endsAtMs: number;
}

/** Counters of periods that ended are dropped this often. */
const dropEveryMs = 60_000;

/** Quotas of a single process. A counter must be {@link begin begun} before it is taken from. */
function createMemoryQuotas() {
  const counters = new Map<string, Counter>();
  const periodOf = createPeriods();
  const slotOf = (quota: CountedQuota, { name }: Period) => `${quota.slot}:${name}`;
  const counterOf = (quota: CountedQuota, nowMs: number) =>
    counters.get(slotOf(quota, periodOf(quota.per, nowMs)));
  let droppedAtMs = 0;
  const dropPast = (nowMs: number) => {
    if (nowMs - droppedAtMs < dropEveryMs) return;
    droppedAtMs = nowMs;
    for (const [slot, counter] of counters) if (counter.endsAtMs <= nowMs) counters.delete(slot);
  };
  return {
    /** Nothing when every counter is there, else a promise of it: the first call of a period reads what is recorded. */
    begin(quotas: readonly CountedQuota[], nowMs: number): Promise<void> | null {
      const missing = quotas.filter((quota) => counterOf(quota, nowMs) === undefined);
      if (missing.length === 0) return null;
      dropPast(nowMs);
      const begun = missing.map(async (quota) => {
        const period = periodOf(quota.per, nowMs);
        const used = await recordedUsage(quota, period);
        const slot = slotOf(quota, period);
        if (!counters.has(slot)) counters.set(slot, { used, endsAtMs: period.endsAtMs });
      });
      return Promise.all(begun).then(() => undefined);
    },
    take(quota: CountedQuota, cost: number, nowMs: number): Taken {
      const period = periodOf(quota.per, nowMs);
      const counter = counterOf(quota, nowMs) ?? { used: quota.limit, endsAtMs: period.endsAtMs };
      const ok = counter.used + cost <= quota.limit;
      if (ok) counter.used += cost;
      return { ok, state: quotaState(quota, counter.used, period) };
    },
    /** Notes how a quota stands elsewhere, so that counting can go on here from there. Of answers that overtook each other the highest count holds. */
    remember(quota: CountedQuota, { remaining, resetAtMs }: LimitState, nowMs: number): void {
      dropPast(nowMs);
      const slot = slotOf(quota, periodOf(quota.per, nowMs));
      const used = Math.max(quota.limit - remaining, counters.get(slot)?.used ?? 0);
      counters.set(slot, { used, endsAtMs: resetAtMs });
    },
    /** How a quota stands, or null while nobody has taken from it in this period. */
    look(quota: CountedQuota, nowMs: number): LimitState | null {
      const counter = counterOf(quota, nowMs);
      return counter === undefined ? null : quotaState(quota, counter.used, periodOf(quota.per, nowMs));
    },
    /** What is known to be taken in this period, 0 while nothing is. */
    used: (quota: CountedQuota, nowMs: number): number => counterOf(quota, nowMs)?.used ?? 0,
    /** Undoes a `take` that passed, because another quota of the same call refused. */
    giveBack(quota: CountedQuota, cost: number, nowMs: number): void {
      const counter = counterOf(quota, nowMs);
      if (counter !== undefined) counter.used -= cost;
    },
  };
}

/** The quotas of this process. */
export const memoryQuotas = processState("memory-quotas", createMemoryQuotas);
