import { limiterClock } from "@/lib/limits/clock";
import type { Limits } from "@/lib/limits/effective";
import { memoryLimiter } from "@/lib/limits/memory/memory-limiter";
import { memoryQuotas } from "@/lib/limits/memory/memory-quotas";
import { refusal, type LimitOutcome, type LimitState } from "@/lib/limits/outcome";

/** Takes from all limits and quotas in this process, or from none. Synchronous but for the first call of a quota's period. */
export function consumeInMemory(limits: Limits, cost: number): LimitOutcome | Promise<LimitOutcome> {
  const begun = memoryQuotas.begin(limits.quotas, limiterClock());
  return begun === null ? takeAll(limits, cost) : begun.then(() => consumeInMemory(limits, cost));
}

function takeAll(limits: Limits, cost: number): LimitOutcome {
  const nowMs = limiterClock();
  const states: LimitState[] = [];
  for (const limit of limits.rateLimits) {
    const { ok, state } = memoryLimiter.take(limit, cost, nowMs);
    if (!ok) return undo("RATE_LIMITED", state, { limits, cost, nowMs, states });
    states.push(state);
  }
  for (const quota of limits.quotas) {
    const { ok, state } = memoryQuotas.take(quota, cost, nowMs);
    if (!ok) return undo("QUOTA_EXCEEDED", state, { limits, cost, nowMs, states });
    states.push(state);
  }
  return { ok: true, states };
}

interface Begun {
  limits: Limits;
  cost: number;
  nowMs: number;
  /** Of those that had passed. */
  states: readonly LimitState[];
}

function undo(
  code: "RATE_LIMITED" | "QUOTA_EXCEEDED",
  refused: LimitState,
  { limits: { rateLimits, quotas }, cost, nowMs, states }: Begun,
): LimitOutcome {
  for (const limit of rateLimits.slice(0, states.length)) memoryLimiter.giveBack(limit, cost, nowMs);
  const quotasPassed = Math.max(0, states.length - rateLimits.length);
  for (const quota of quotas.slice(0, quotasPassed)) memoryQuotas.giveBack(quota, cost, nowMs);
  const others = states.map((state) => ({ ...state, remaining: state.remaining + cost }));
  return refusal(code, { refused, others, nowMs });
}
