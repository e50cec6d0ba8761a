import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";
import type { Role } from "@/lib/roles/schema";
import type { RowReader } from "@/lib/scopes/known";

/** A role row. */
export interface StoredRole {
  name: string;
  description: string;
  scopes: string[];
  createdAt: Date;
}

/** Roles as the API shows them, each with how many keys that are not revoked have it. */
export async function presentRoles(
  tx: RowReader,
  workspaceId: string,
  rows: readonly StoredRole[],
): Promise<Role[]> {
  const names = rows.map(({ name }) => name);
  const counts = await tx.$queryRaw<{ role: string; keys: number }[]>`
    select role, count(*)::int as keys from api_key, unnest(roles) as role
     where workspace_id = ${workspaceId} and revoked_at is null and roles && ${names} and role = any(${names})
     group by role`;
  const keys = new Map(counts.map((count) => [count.role, count.keys]));
  return rows.map(({ name, description, scopes, createdAt }) => ({
    name,
    description,
    scopes,
    keyCount: keys.get(name) ?? 0,
    createdAt: createdAt.toISOString(),
  }));
}

/** {@link presentRoles} for one. */
export async function presentRole(tx: RowReader, workspaceId: string, row: StoredRole): Promise<Role> {
  const [role] = await presentRoles(tx, workspaceId, [row]);
  if (role === undefined) throw new Error("a role is shown as one role");
  return role;
}

/**
 * A role, locked until the transaction ends: changes of it come one after the other, and whoever gives it to a key
 * meanwhile waits. Or `not-found`.
 */
export async function lockRole(tx: Tx, workspaceId: string, name: string): Promise<StoredRole> {
  await tx.$executeRaw`select 1 from role where workspace_id = ${workspaceId} and name = ${name} for update`;
  const row = await tx.role.findUnique({ where: { workspaceId_name: { workspaceId, name } } });
  if (row === null) throw new Problem("not-found", "There is no such role.");
  return row;
}
