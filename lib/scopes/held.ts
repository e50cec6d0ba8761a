import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { everyPlatformScope } from "@/lib/scopes/catalogue";
import { firstBeyond } from "@/lib/scopes/grant";

/** Throws `forbidden`, with the first scope in `beyond`, unless the actor holds all of them itself. */
export function requireHeld(actor: Actor, scopes: readonly string[]): void {
  const beyond = firstBeyond(actor.scopes, scopes);
  if (beyond !== null)
    throw new Problem("forbidden", `This reaches ${beyond}, which you do not hold yourself.`, {
      members: { beyond },
    });
}

/** The same for scopes about to be given to somebody: `platform:*` comes from owners only. */
export function requireGivable(actor: Actor, scopes: readonly string[]): void {
  requireHeld(actor, scopes);
  if (scopes.includes(everyPlatformScope) && !isOwner(actor))
    throw new Problem("forbidden", `Only an owner grants ${everyPlatformScope}.`, {
      members: { beyond: everyPlatformScope },
    });
}

function isOwner(actor: Actor): boolean {
  return (
    actor.kind === "system" ||
    (actor.kind === "session" && actor.role === "owner" && actor.customerId === null)
  );
}
