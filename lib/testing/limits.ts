import { randomBase62 } from "@/lib/db/id";
import { limitsOf, type CountedLimit, type LimitHolder, type Limits } from "@/lib/limits/effective";
import type { RateLimit } from "@/lib/limits/schema";

/** Limits of a key of its own, in a workspace of its own unless one is named. */
export function limitsFor(
  { rateLimits = [], quotas = [] }: Partial<Pick<LimitHolder, "rateLimits" | "quotas">>,
  { workspaceId = `wsp_${randomBase62(8)}`, keyId = `key_${randomBase62(8)}` } = {},
): Limits {
  const limits = limitsOf(workspaceId, [{ kind: "key", id: keyId, rateLimits, quotas }]);
  if (limits === null) throw new Error("nothing limits this key");
  return limits;
}

/** One limit that counts in a place of its own. */
export function countedLimit(limit: RateLimit): CountedLimit {
  const [counted] = limitsFor({ rateLimits: [limit] }).rateLimits;
  if (counted === undefined) throw new Error("no limit");
  return counted;
}
