import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { Role, workspaceRolesMax, type CreateRole } from "@/lib/roles/schema";
import { presentRole } from "@/lib/roles/stored-role";
import { requireGivable } from "@/lib/scopes/held";
import { requireKnownScopes } from "@/lib/scopes/known";

/**
 * Makes a role. Needs `create:roles` and every scope that the role lists. Throws `forbidden`, `invalid` (a scope that
 * the workspace does not have), `conflict` (the name is taken, or 500 roles are there).
 */
export async function createRole(
  actor: Actor,
  { once = null, ...input }: CreateRole & { once?: Once | null },
): Promise<Role> {
  requireScope(actor, "create:roles");
  requireProvider(actor);
  requireGivable(actor, input.scopes);
  return orConflict(
    transactOnce({ actor, once, answer: Role }, (tx) => insertRole(tx, actor, input)),
    "A role with that name exists.",
  );
}

async function insertRole(tx: Tx, actor: Actor, input: CreateRole): Promise<Role> {
  const { workspaceId } = actor;
  await tx.$executeRaw`select 1 from workspace where id = ${workspaceId} for no key update`;
  if ((await tx.role.count({ where: { workspaceId } })) >= workspaceRolesMax)
    throw new Problem("conflict", `A workspace has at most ${workspaceRolesMax} roles.`);
  await requireKnownScopes(tx, { workspaceId, scopes: input.scopes });
  const row = await tx.role.create({ data: { workspaceId, ...input } });
  const { name, description, scopes } = input;
  await audit(tx, actor, { action: "roles.create", subject: name, detail: { description, scopes } });
  return presentRole(tx, workspaceId, row);
}
