import { requireScope, type Actor } from "@/lib/api/actor";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { lockEndpoint, shownUrl } from "@/lib/webhooks/endpoints/stored-endpoint";

/** Deliveries that one transaction removes, each with all that was tried. */
const removedAtOnce = 1_000;

/**
 * Removes an endpoint with what waits for it and what was tried. One with very many deliveries is switched off first and
 * loses them bit by bit; killed meanwhile, it stays switched off until it is removed again. Needs `destroy:webhooks`.
 * Throws `not-found`.
 */
export async function deleteEndpoint(actor: Actor, id: string): Promise<void> {
  requireScope(actor, "destroy:webhooks");
  while (!(await db().$transaction((tx) => removeSome(tx, actor, id))));
}

/** Whether the endpoint is gone. */
async function removeSome(tx: Tx, actor: Actor, id: string): Promise<boolean> {
  const { workspaceId } = actor;
  const { url, customerId, disabledAt } = await lockEndpoint(tx, actor, id);
  const removed = await tx.$queryRaw<unknown[]>`
    with part as materialized (
      select ctid from webhook_delivery where workspace_id = ${workspaceId} and endpoint_id = ${id}
       limit ${removedAtOnce}::int for update),
    gone as (delete from webhook_delivery d where d.ctid = any(array(select ctid from part)))
    select 1 from part`;
  if (removed.length < removedAtOnce) {
    await tx.webhookEndpoint.deleteMany({ where: { workspaceId, id } });
    const detail = { url: shownUrl(url), customer: customerId };
    await audit(tx, actor, { action: "webhooks.delete", subject: id, detail });
    return true;
  }
  if (disabledAt === null) {
    const data = { disabledAt: new Date(), disabledReason: "by-hand", updatedAt: new Date() };
    await tx.webhookEndpoint.updateMany({ where: { workspaceId, id }, data });
    await audit(tx, actor, { action: "webhooks.update", subject: id, detail: { disabled: true } });
  }
  return false;
}
