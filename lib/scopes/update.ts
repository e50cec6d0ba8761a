import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { presentScope } from "@/lib/scopes/present";
import type { ScopeEntry, UpdateScope } from "@/lib/scopes/schema";

/** Says anew what a scope of the workspace means. Needs `update:roles`. Throws `not-found`. */
export async function updateScope(
  actor: Actor,
  { name, description }: UpdateScope & { name: string },
): Promise<ScopeEntry> {
  requireScope(actor, "update:roles");
  requireProvider(actor);
  const { workspaceId } = actor;
  return db().$transaction(async (tx) => {
    const [row] = await tx.workspaceScope.updateManyAndReturn({
      where: { workspaceId, name },
      data: { description },
    });
    if (row === undefined) throw new Problem("not-found", "There is no such scope.");
    await audit(tx, actor, { action: "scopes.update", subject: name, detail: { description } });
    return presentScope(row);
  });
}
