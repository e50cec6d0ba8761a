import type { VerifyAnswer } from "@/lib/keys/schema";
import { limitHeadersOf } from "@/lib/limits/headers";

const none = {};

/** RateLimit headers of the key that was asked about, for its holder's caller to pass on; none for one without limits. */
export function verifyHeaders({ limits, retryAfterSeconds }: VerifyAnswer): Readonly<Record<string, string>> {
  if (limits.length === 0) return none;
  const states = limits.map(({ resetAt, ...state }) => ({ ...state, resetAtMs: Date.parse(resetAt) }));
  return limitHeadersOf(states, { retryAfterSeconds, nowMs: Date.now() });
}
