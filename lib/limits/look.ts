import { Problem } from "@/lib/api/problem";
import { limiterClock } from "@/lib/limits/clock";
import type { Limits } from "@/lib/limits/effective";
import { bucketAt, windowsAt } from "@/lib/limits/memory/algorithms";
import { bucketState, memoryLimiter, windowsState } from "@/lib/limits/memory/memory-limiter";
import { memoryQuotas } from "@/lib/limits/memory/memory-quotas";
import type { LimitState } from "@/lib/limits/outcome";
import { createPeriods, quotaState } from "@/lib/limits/period";
import { recordedUsage } from "@/lib/limits/recorded-usage";
import { quotaKey, writeKeys } from "@/lib/limits/redis/parts";
import { sharedLimiter, type SharedLimiter } from "@/lib/limits/redis/shared-limiter";

const periodOf = createPeriods();

/** How every limit and quota stands now, without taking from any; empty while the shared limiter does not answer. */
export async function lookAtLimits(limits: Limits): Promise<readonly LimitState[]> {
  const shared = sharedLimiter();
  if (shared === null) return lookInMemory(limits);
  return shared.failedAtMs() === null ? lookAtShared(shared, limits).catch(() => []) : [];
}

async function lookInMemory({ rateLimits, quotas }: Limits): Promise<LimitState[]> {
  const nowMs = limiterClock();
  await memoryQuotas.begin(quotas, nowMs)?.catch(passUnavailable);
  return [
    ...rateLimits.map((limit) => memoryLimiter.look(limit, nowMs)),
    ...quotas.map((quota) => memoryQuotas.look(quota, nowMs)).filter((state) => state !== null),
  ];
}

/** A quota whose calls cannot be counted at the moment is left out. */
function passUnavailable(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}

async function lookAtShared(shared: SharedLimiter, { rateLimits, quotas }: Limits): Promise<LimitState[]> {
  const nowMs = limiterClock();
  const [keys, kinds]: [string[], string[]] = [[], []];
  for (const limit of rateLimits) {
    writeKeys(limit, nowMs, keys);
    kinds.push(...(limit.algorithm === "token-bucket" ? ["b"] : ["s", "s"]));
  }
  for (const quota of quotas) {
    keys.push(quotaKey(quota, nowMs));
    kinds.push("q");
  }
  const answers = await shared.look(keys, kinds);
  let at = 0;
  const next = () => [answers[2 * at] ?? -1, answers[2 * at++ + 1] ?? -1] as const;
  const states = rateLimits.map((limit) => {
    if (limit.algorithm === "token-bucket") {
      const [tokens, refilledAtMs] = next();
      const known = tokens < 0 ? null : { tokens, refilledAtMs };
      return bucketState(limit, bucketAt(known, limit, nowMs));
    }
    const [[current], [previous]] = [next(), next()];
    const { window } = windowsAt(null, limit, nowMs);
    const windows = { window, current: Math.max(0, current), previous: Math.max(0, previous) };
    return windowsState(limit, windows, nowMs);
  });
  const counted = await Promise.all(
    quotas.map(async (quota) => {
      const [used] = next();
      const period = periodOf(quota.per, nowMs);
      return quotaState(quota, used < 0 ? await recordedUsage(quota, period) : used, period);
    }),
  );
  return [...states, ...counted];
}
