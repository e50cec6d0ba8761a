import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { findIssuer } from "@/lib/issuers/find";
import { announceIssuers } from "@/lib/issuers/registry/current";

/**
 * Removes an issuer. Its tokens are then nobody's here: the gateway passes them on to upstreams like any foreign
 * Authorization header. Disable it instead to have them refused. Needs `destroy:issuers`. Throws `not-found`.
 */
export async function deleteIssuer(actor: Actor, id: string): Promise<void> {
  requireScope(actor, "destroy:issuers");
  requireProvider(actor);
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`select 1 from issuer where workspace_id = ${workspaceId} and id = ${id} for update`;
    const { name, issuer } = await findIssuer(tx, workspaceId, id);
    await tx.issuer.delete({ where: { workspaceId_id: { workspaceId, id } } });
    await audit(tx, actor, { action: "issuers.delete", subject: id, detail: { name, issuer } });
  });
  await announceIssuers(workspaceId);
}
