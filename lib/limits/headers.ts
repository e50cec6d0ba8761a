import type { LimitOutcome, LimitState } from "@/lib/limits/outcome";

/**
 * Headers of an answer under limits: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, the form
 * with named policies), and `Retry-After` on a refusal. Empty for a key without limits.
 */
export function limitHeaders(outcome: LimitOutcome, nowMs = Date.now()): Record<string, string> {
  const headers: Record<string, string> = {};
  if (outcome.states.length > 0) {
    headers.ratelimit = outcome.states.map((state) => remainingItem(state, nowMs)).join(", ");
    headers["ratelimit-policy"] = outcome.states.map(policyItem).join(", ");
  }
  if (!outcome.ok) headers["retry-after"] = String(outcome.retryAfterSeconds);
  return headers;
}

/** The limit that leaves least: the one that refused, else the one with the smallest share left. Null without limits. */
export function tightestLimit(outcome: LimitOutcome): LimitState | null {
  const [first, ...others] = outcome.states;
  if (first === undefined) return null;
  if (!outcome.ok) return first;
  return others.reduce((tightest, state) => (share(state) < share(tightest) ? state : tightest), first);
}

function share(state: LimitState): number {
  return state.remaining / state.limit;
}

function policyItem(state: LimitState): string {
  return `"${state.name}";q=${state.limit};w=${state.windowSeconds}`;
}

function remainingItem(state: LimitState, nowMs: number): string {
  return `"${state.name}";r=${state.remaining};t=${Math.max(0, Math.ceil((state.resetAtMs - nowMs) / 1_000))}`;
}
