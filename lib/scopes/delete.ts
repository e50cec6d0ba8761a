import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";

/**
 * Removes a scope that nothing names any more: no key that is not revoked, no role and no customer's ceiling; while one
 * does it is a `conflict` that counts them. Needs `destroy:roles`. Throws `not-found`.
 */
export async function deleteScope(actor: Actor, name: string): Promise<void> {
  requireScope(actor, "destroy:roles");
  requireProvider(actor);
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    // Whoever grants it right now holds this row; whoever comes later finds it gone.
    const found = await tx.$queryRaw<unknown[]>`
      select 1 from workspace_scope where workspace_id = ${workspaceId} and name = ${name} for update`;
    if (found.length === 0) throw new Problem("not-found", "There is no such scope.");
    await refuseWhileNamed(tx, workspaceId, name);
    await tx.workspaceScope.delete({ where: { workspaceId_name: { workspaceId, name } } });
    await audit(tx, actor, { action: "scopes.delete", subject: name });
  });
}

async function refuseWhileNamed(tx: Tx, workspaceId: string, name: string): Promise<void> {
  const has = { has: name };
  const keys = await tx.key.count({ where: { workspaceId, revokedAt: null, scopes: has } });
  const roles = await tx.role.count({ where: { workspaceId, scopes: has } });
  const customers = await tx.customer.count({ where: { workspaceId, scopeCeiling: has } });
  if (keys + roles + customers === 0) return;
  throw new Problem("conflict", "This scope is in use; take it from keys, roles and ceilings first.", {
    members: { keys, roles, customers },
  });
}
