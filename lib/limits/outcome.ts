/** One limit after a call. */
export interface LimitState {
  name: string;
  limit: number;
  remaining: number;
  windowSeconds: number;
  /** Milliseconds since 1970 when the window ends or the next tokens arrive. */
  resetAtMs: number;
}

/** What was done instead while the limiter that nodes share did not answer. */
export type LimiterOutage = "open" | "closed" | "local";

/** What the limits of a call said. A call without limits has no states; `outage` is there only during one. */
export type LimitOutcome =
  | { ok: true; states: readonly LimitState[]; outage?: LimiterOutage }
  | {
      ok: false;
      code: "RATE_LIMITED" | "QUOTA_EXCEEDED";
      /** At least 1. */
      retryAfterSeconds: number;
      /** The limit that refused comes first. */
      states: readonly LimitState[];
      outage?: LimiterOutage;
    };

/** The reason that a record gives for a call judged without the shared limiter; null when it was asked as usual. */
export function outageReason(outcome: LimitOutcome): string | null {
  if (outcome.outage === undefined) return null;
  if (outcome.outage === "closed") return "LIMITER_CLOSED";
  if (!outcome.ok) return null;
  return outcome.outage === "open" ? "LIMITER_OPEN" : "LIMITER_LOCAL";
}

/** A refusal by one limit. The others have given nothing. */
export function refusal(
  code: "RATE_LIMITED" | "QUOTA_EXCEEDED",
  { refused, others, nowMs }: { refused: LimitState; others: readonly LimitState[]; nowMs: number },
): LimitOutcome {
  const retryAfterSeconds = Math.max(1, Math.ceil((refused.resetAtMs - nowMs) / 1_000));
  return { ok: false, code, retryAfterSeconds, states: [refused, ...others] };
}
