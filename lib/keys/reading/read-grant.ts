import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { grantOf } from "@/lib/keys/changes/granting";
import type { KeyGrant } from "@/lib/keys/reading/schema";
import { withinCeiling } from "@/lib/scopes/grant";

/** What a key may do and where it has that from. Needs `read:keys`. Throws `not-found`. */
export async function readGrant(actor: Actor, keyId: string): Promise<KeyGrant> {
  requireScope(actor, "read:keys");
  const { workspaceId } = actor;
  const customerId = customerOf(actor);
  const key = await db().key.findFirst({
    where: { workspaceId, id: keyId, ...(customerId === null ? {} : { customerId }) },
    select: { scopes: true, roles: true, customer: { select: { scopeCeiling: true } } },
  });
  if (key === null) throw new Problem("not-found", "There is no such key.");
  const roles = await db().role.findMany({
    where: { workspaceId, name: { in: key.roles } },
    orderBy: { name: "asc" },
    select: { name: true, description: true, scopes: true },
  });
  const grant = grantOf(key, new Map(roles.map((role) => [role.name, role.scopes])));
  const ceiling = key.customer?.scopeCeiling ?? null;
  return {
    scopes: key.scopes,
    roles,
    grant,
    ceiling,
    effective: ceiling === null ? grant : withinCeiling(grant, ceiling),
  };
}
