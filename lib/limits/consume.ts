import { Problem } from "@/lib/api/problem";
import { env } from "@/lib/env";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { limiterClock } from "@/lib/limits/clock";
import type { Limits } from "@/lib/limits/effective";
import { consumeInMemory } from "@/lib/limits/memory/consume-in-memory";
import { stateOf } from "@/lib/limits/memory/memory-limiter";
import { refusal, type LimitOutcome } from "@/lib/limits/outcome";
import { sharedLimiter } from "@/lib/limits/redis/shared-limiter";

/** The part of a key that limits are about. */
export type Limited = Pick<VerifiedKey, "limits">;

const free: LimitOutcome = { ok: true, states: [] };

/** What a call gets that meets no limiter, where that is how it shall be. */
const openHanded: LimitOutcome = { ok: true, states: [], outage: "open" };

/** Seconds after which a call may be tried again that was refused because nobody could count it. */
const outageRetrySeconds = 1;

const closedHanded: LimitOutcome = {
  ok: false,
  code: "RATE_LIMITED",
  retryAfterSeconds: outageRetrySeconds,
  states: [],
  outage: "closed",
};

/**
 * Takes `cost` from every limit and quota of a key, its own and those that it shares with its customer's other keys:
 * from all, or when one refuses from none. Synchronous for a key without limits and in process (but for the first
 * call of a quota's period); on Redis a part of one round trip. While Redis does not answer, LIMITER_OUTAGE says what holds.
 */
export function consumeLimits({ limits }: Limited, cost: number): LimitOutcome | Promise<LimitOutcome> {
  if (limits === null || cost === 0) return free;
  const beyond = refusedBySize(limits, cost);
  if (beyond !== null) return beyond;
  const shared = sharedLimiter();
  if (shared === null) return consumeInMemory(limits, cost);
  if (shared.failedAtMs() !== null) return consumeAlone(limits, cost);
  return shared.take(limits, cost).catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    return consumeAlone(limits, cost);
  });
}

/** A call that costs more than a limit ever holds can never pass; the library would count it against the others. */
function refusedBySize(limits: Limits, cost: number): LimitOutcome | null {
  const limit = limits.rateLimits.find(({ size }) => size < cost);
  if (limit === undefined) return null;
  const nowMs = limiterClock();
  const refused = stateOf(limit, 0, nowMs + limit.windowSeconds * 1_000);
  return refusal("RATE_LIMITED", { refused, others: [], nowMs });
}

function consumeAlone(limits: Limits, cost: number): LimitOutcome | Promise<LimitOutcome> {
  const { LIMITER_OUTAGE: outage } = env();
  if (outage === "open") return openHanded;
  if (outage === "closed") return closedHanded;
  const outcome = consumeInMemory(limits, cost);
  return outcome instanceof Promise ? outcome.then(estimated) : estimated(outcome);
}

function estimated(outcome: LimitOutcome): LimitOutcome {
  return { ...outcome, outage: "local" };
}
