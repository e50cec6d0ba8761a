import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { presentScope } from "@/lib/scopes/present";
import { definedScopesMax, ScopeEntry, type DefineScope } from "@/lib/scopes/schema";

/**
 * Defines a scope of the workspace's own API; it means nothing to Latchkey, which refuses its own names here. Needs
 * `create:roles`. Throws `conflict` (it is there, or 1,000 are).
 */
export async function defineScope(
  actor: Actor,
  { once = null, ...input }: DefineScope & { once?: Once | null },
): Promise<ScopeEntry> {
  requireScope(actor, "create:roles");
  requireProvider(actor);
  return orConflict(
    transactOnce({ actor, once, answer: ScopeEntry }, (tx) => insertScope(tx, actor, input)),
    "This scope is defined already.",
  );
}

async function insertScope(tx: Tx, actor: Actor, { name, description }: DefineScope): Promise<ScopeEntry> {
  const { workspaceId } = actor;
  await tx.$executeRaw`select 1 from workspace where id = ${workspaceId} for no key update`;
  if ((await tx.workspaceScope.count({ where: { workspaceId } })) >= definedScopesMax)
    throw new Problem("conflict", `A workspace defines at most ${definedScopesMax} scopes.`);
  const row = await tx.workspaceScope.create({ data: { workspaceId, name, description } });
  await audit(tx, actor, { action: "scopes.create", subject: name, detail: { description } });
  return presentScope(row);
}
