import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import type { ListRoles, Role, RolePage } from "@/lib/roles/schema";
import { presentRole, presentRoles } from "@/lib/roles/stored-role";

const list = "roles";

/** One role. Needs `read:roles`. Throws `not-found`. */
export async function readRole(actor: Actor, name: string): Promise<Role> {
  requireScope(actor, "read:roles");
  requireProvider(actor);
  const { workspaceId } = actor;
  const row = await db().role.findUnique({ where: { workspaceId_name: { workspaceId, name } } });
  if (row === null) throw new Problem("not-found", "There is no such role.");
  return presentRole(db(), workspaceId, row);
}

/** A page of the workspace's roles, by name. Needs `read:roles`. */
export async function listRoles(actor: Actor, { cursor, limit, q }: ListRoles): Promise<RolePage> {
  requireScope(actor, "read:roles");
  requireProvider(actor);
  const { workspaceId } = actor;
  const text = { contains: literally(q ?? ""), mode: "insensitive" as const };
  const where = { workspaceId, ...(q === undefined ? {} : { OR: [{ name: text }, { description: text }] }) };
  const after = cursor === undefined ? {} : { name: { gt: String(decodeCursor(list, cursor)[0]) } };
  const rows = await db().role.findMany({
    where: { AND: [where, after] },
    orderBy: { name: "asc" },
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: await presentRoles(db(), workspaceId, shown),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: await db().role.count({ where }),
  };
}
