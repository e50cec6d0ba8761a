/** One limit after a call. */
export interface LimitState {
  name: string;
  limit: number;
  remaining: number;
  windowSeconds: number;
  /** Milliseconds since 1970 when the window ends or the next tokens arrive. */
  resetAtMs: number;
}

/** What the limits of a key said. A key without limits has no states. */
export type LimitOutcome =
  | { ok: true; states: readonly LimitState[] }
  | {
      ok: false;
      code: "RATE_LIMITED" | "QUOTA_EXCEEDED";
      /** At least 1. */
      retryAfterSeconds: number;
      /** The limit that refused comes first. */
      states: readonly LimitState[];
    };
