import { customerRoleScopes, roleScopes } from "@/lib/accounts/roles";
import { Role } from "@/lib/accounts/schema";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";
import { everyPlatformScope } from "@/lib/scopes/catalogue";
import { requireHeld } from "@/lib/scopes/held";

/**
 * Takes the workspace's member lock until the transaction ends, so that two changes of its owners happen one after
 * the other. Writers of keys and rules are not held up by it.
 */
export async function lockMembers(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM workspace WHERE id = ${workspaceId} FOR NO KEY UPDATE`;
}

/**
 * Throws `forbidden` unless the actor may make, change or remove an owner: an owner by session (as of now, under the
 * lock), or a key that holds `platform:*`.
 */
export async function requireOwner(tx: Tx, actor: Actor, sentence: string): Promise<void> {
  const owner =
    actor.kind === "session"
      ? (await currentRole(tx, actor)) === "owner"
      : actor.scopes.includes(everyPlatformScope);
  if (!owner) throw new Problem("forbidden", sentence);
}

/**
 * Throws `forbidden` unless the actor holds everything that a member with this role holds, in the workspace or on a
 * customer's side, so that nobody gets beyond their own grant by way of somebody they let in.
 */
export async function requireWholeRole(
  tx: Tx,
  actor: Actor,
  { role, customerId }: { role: Role; customerId: string | null },
): Promise<void> {
  if (customerId === null) return requireHeld(actor, roleScopes(role));
  const { workspaceId } = actor;
  const { scopeCeiling } = await tx.customer.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id: customerId } },
  });
  requireHeld(actor, customerRoleScopes(role, scopeCeiling));
}

async function currentRole(tx: Tx, actor: { workspaceId: string; userId: string }): Promise<Role | null> {
  const { workspaceId, userId } = actor;
  const own = await tx.membership.findUnique({ where: { workspaceId_userId: { workspaceId, userId } } });
  return own === null ? null : Role.parse(own.role);
}
