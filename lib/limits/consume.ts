import type { VerifiedKey } from "@/lib/keys/verified-key";
import { consumeInMemory } from "@/lib/limits/consume-in-memory";
import type { LimitOutcome } from "@/lib/limits/outcome";

/** The part of a key that limits are about. */
export type Limited = Pick<VerifiedKey, "limits">;

const free: LimitOutcome = { ok: true, states: [] };

/**
 * Takes `cost` from every limit and quota of a key, its own and those that it shares with its customer's other keys:
 * from all, or when one refuses from none.
 */
export function consumeLimits({ limits }: Limited, cost: number): LimitOutcome | Promise<LimitOutcome> {
  if (limits === null || cost === 0) return free;
  return consumeInMemory(limits, cost);
}
