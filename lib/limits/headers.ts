import type { LimitOutcome, LimitState } from "@/lib/limits/outcome";

/**
 * Headers of an answer under limits: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, the form
 * with named policies), and `Retry-After` on a refusal. Empty for a key without limits.
 */
export function limitHeaders(outcome: LimitOutcome, nowMs = Date.now()): Record<string, string> {
  const retryAfterSeconds = outcome.ok ? null : outcome.retryAfterSeconds;
  return limitHeadersOf(outcome.states, { retryAfterSeconds, nowMs });
}

/** The same from states alone; `retryAfterSeconds` is null where nothing refused. */
export function limitHeadersOf(
  states: readonly LimitState[],
  { retryAfterSeconds, nowMs }: { retryAfterSeconds: number | null; nowMs: number },
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (states.length > 0) {
    headers.ratelimit = states.map((state) => remainingItem(state, nowMs)).join(", ");
    headers["ratelimit-policy"] = states.map(policyItem).join(", ");
  }
  if (retryAfterSeconds !== null) headers["retry-after"] = String(retryAfterSeconds);
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
