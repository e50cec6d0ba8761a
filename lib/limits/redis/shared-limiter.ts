import { env } from "@/lib/env";
import type { CountedQuota, Limits } from "@/lib/limits/effective";
import { memoryQuotas } from "@/lib/limits/memory/memory-quotas";
import type { LimitOutcome } from "@/lib/limits/outcome";
import { createPeriods } from "@/lib/limits/period";
import { recordedUsage } from "@/lib/limits/recorded-usage";
import { createAvailability } from "@/lib/limits/redis/availability";
import { createBatches, type Said } from "@/lib/limits/redis/batches";
import { redisRunner } from "@/lib/limits/redis/redis-runner";
import type { Runner } from "@/lib/limits/redis/runner";
import { limitScripts, upstashHeader, type LimitScripts } from "@/lib/limits/redis/scripts";
import { upstashRunner } from "@/lib/limits/redis/upstash-runner";
import { limiterClock } from "@/lib/limits/clock";
import { processState } from "@/lib/process/state";

/** Where limits are counted: by each process for itself, or by all nodes together. */
export type LimiterKind = "process" | "redis" | "upstash";

/** The limits and quotas of every node together. */
export interface SharedLimiter {
  kind: LimiterKind;
  /** When it failed, in milliseconds since 1970, until it has answered again; null while asking is of use. */
  failedAtMs(): number | null;
  /** Takes from all limits and quotas in one step, or from none. Rejects when it did not answer. */
  take(limits: Limits, cost: number): Promise<LimitOutcome>;
  /** Runs the look script; see {@link LimitScripts}. */
  look(keys: readonly string[], kinds: readonly string[]): Promise<number[]>;
  close(): void;
}

const state = processState<{ address: string | null; limiter: SharedLimiter | null }>(
  "shared-limiter",
  () => ({
    address: null,
    limiter: null,
  }),
);

/** The limiter that the environment names: REDIS_URL, else Upstash; null when each process limits for itself. */
export function sharedLimiter(): SharedLimiter | null {
  const { REDIS_URL, UPSTASH_REDIS_REST_URL } = env();
  const address = REDIS_URL ?? UPSTASH_REDIS_REST_URL ?? null;
  if (address === state.address) return state.limiter;
  closeSharedLimiter();
  state.address = address;
  state.limiter = address === null ? null : openLimiter(address);
  return state.limiter;
}

/** Ends its connection, if there is one; the next call opens another. */
export function closeSharedLimiter(): void {
  state.limiter?.close();
  state.limiter = null;
  state.address = null;
}

function openLimiter(address: string): SharedLimiter {
  const { REDIS_URL, UPSTASH_REDIS_REST_TOKEN } = env();
  if (REDIS_URL !== undefined)
    return createSharedLimiter("redis", { runner: redisRunner(REDIS_URL), scripts: limitScripts("") });
  const token = UPSTASH_REDIS_REST_TOKEN ?? "";
  return createSharedLimiter("upstash", {
    runner: upstashRunner({ url: address, token }),
    scripts: limitScripts(upstashHeader),
  });
}

/** A limiter over one way to its Redis. */
export function createSharedLimiter(
  kind: LimiterKind,
  { runner, scripts }: { runner: Runner; scripts: Promise<LimitScripts> },
): SharedLimiter {
  const periodOf = createPeriods();
  const probe = async () => void (await runner.run((await scripts).take, [], [limiterClock(), 0]));
  const availability = createAvailability({ probe, reconnect: runner.reconnect });
  const ask = createBatches((keys, words) =>
    availability.watch(scripts.then(({ take }) => runner.run(take, keys, words))),
  );
  const seedOf = async (quota: CountedQuota, nowMs: number) =>
    Math.max(await recordedUsage(quota, periodOf(quota.per, nowMs)), memoryQuotas.used(quota, nowMs));
  const askSeeded = async (limits: Limits, cost: number): Promise<Said> => {
    const nowMs = limiterClock();
    const seeds = await Promise.all(limits.quotas.map((quota) => seedOf(quota, nowMs)));
    return ask({ limits, cost, seeds });
  };
  return {
    kind,
    failedAtMs: availability.failedAtMs,
    take: (limits, cost) =>
      ask({ limits, cost, seeds: null }).then((said) =>
        said === "unseeded" ? askSeeded(limits, cost).then(settled) : said,
      ),
    look: (keys, kinds) => availability.watch(scripts.then(({ look }) => runner.run(look, keys, kinds))),
    close() {
      availability.close();
      runner.close();
    },
  };
}

/** A period that begins between two questions leaves a quota without its seed; the next call brings it. */
function settled(said: Said): LimitOutcome {
  if (said === "unseeded") throw new Error("a quota's period began meanwhile");
  return said;
}
