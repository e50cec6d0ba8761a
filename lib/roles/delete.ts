import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { lockRole, presentRole } from "@/lib/roles/stored-role";
import { requireHeld } from "@/lib/scopes/held";

/**
 * Removes a role that no key has any more, revoked keys aside; while one does it is a `conflict` that counts them, so
 * that nothing stops working by surprise. Needs `destroy:roles` and every scope of the role. Throws `not-found`.
 */
export async function deleteRole(actor: Actor, name: string): Promise<void> {
  requireScope(actor, "destroy:roles");
  requireProvider(actor);
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const row = await lockRole(tx, workspaceId, name);
    requireHeld(actor, row.scopes);
    const { keyCount } = await presentRole(tx, workspaceId, row);
    if (keyCount > 0)
      throw new Problem("conflict", "Keys have this role; take it from them first.", {
        members: { keys: keyCount },
      });
    await tx.role.delete({ where: { workspaceId_name: { workspaceId, name } } });
    await audit(tx, actor, { action: "roles.delete", subject: name, detail: { scopes: row.scopes } });
  });
}
