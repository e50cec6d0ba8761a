import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { isPlatformScope } from "@/lib/scopes/catalogue";
import { firstBeyond } from "@/lib/scopes/grant";

/**
 * Throws `forbidden` when a ceiling is raised by a platform scope that the caller does not hold: it would let keys of
 * the customer reach what the caller cannot. Scopes of the workspace's own API are caps, and nothing is granted by them.
 */
export function requireRaisable(actor: Actor, before: readonly string[], after: readonly string[]): void {
  const added = after.filter((scope) => isPlatformScope(scope) && firstBeyond(before, [scope]) !== null);
  const beyond = firstBeyond(actor.scopes, added);
  if (beyond !== null)
    throw new Problem("forbidden", `This ceiling reaches ${beyond}, which you do not hold yourself.`, {
      members: { beyond },
    });
}
