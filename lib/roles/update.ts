import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { bus } from "@/lib/bus/bus";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import type { Role, UpdateRole } from "@/lib/roles/schema";
import { lockRole, presentRole } from "@/lib/roles/stored-role";
import { requireGivable, requireHeld } from "@/lib/scopes/held";
import { requireKnownScopes } from "@/lib/scopes/known";

/**
 * Changes a role, and with it every key that has it, on every node at once. Needs `update:roles` and every scope of the
 * role, before and after, so that nobody widens or cuts a key beyond its own grant by way of a role. Throws
 * `not-found`, `forbidden`, `invalid` (a scope that the workspace does not have).
 */
export async function updateRole(
  actor: Actor,
  { name, ...input }: UpdateRole & { name: string },
): Promise<Role> {
  requireScope(actor, "update:roles");
  requireProvider(actor);
  const role = await db().$transaction((tx) => change(tx, actor, { name, input }));
  if (input.scopes !== undefined)
    await bus().publish({ kind: "role-changed", workspaceId: actor.workspaceId, role: name });
  return role;
}

async function change(
  tx: Tx,
  actor: Actor,
  { name, input }: { name: string; input: UpdateRole },
): Promise<Role> {
  const { workspaceId } = actor;
  const before = await lockRole(tx, workspaceId, name);
  const { description = before.description, scopes = before.scopes } = input;
  requireHeld(actor, before.scopes);
  const added = scopes.filter((scope) => !before.scopes.includes(scope));
  const removed = before.scopes.filter((scope) => !scopes.includes(scope));
  requireGivable(actor, added);
  await requireKnownScopes(tx, { workspaceId, scopes: added });
  if (added.length + removed.length === 0 && description === before.description)
    return presentRole(tx, workspaceId, before);
  const row = await tx.role.update({
    where: { workspaceId_name: { workspaceId, name } },
    data: { description, scopes },
  });
  const role = await presentRole(tx, workspaceId, row);
  await audit(tx, actor, {
    action: "roles.update",
    subject: name,
    detail: { description, added, removed, keys: role.keyCount },
  });
  return role;
}
