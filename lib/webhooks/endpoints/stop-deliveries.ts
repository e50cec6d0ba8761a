import { db, type Tx } from "@/lib/db/client";

interface Named {
  workspaceId: string;
  id: string;
}

/** Deliveries that one transaction changes: the endpoint's row is locked meanwhile, and sends to it wait. */
export const deliveriesAtOnce = 5_000;

/**
 * Ends what waits for an endpoint that was switched off; it counts as failed, so that it can be recovered. Of very many
 * these are the first {@link deliveriesAtOnce}; the next is made due, and the deliverer that takes it goes on. Rows are
 * named by place: whatever the planner knows of a table that just grew, each is looked at once.
 */
export async function stopDeliveries(tx: Tx, { workspaceId, id }: Named): Promise<void> {
  await tx.$executeRaw`
    with part as materialized (
      select ctid from webhook_delivery
       where workspace_id = ${workspaceId} and endpoint_id = ${id} and status = 'pending'
       order by next_attempt_at limit ${deliveriesAtOnce}::int for update)
    update webhook_delivery d
       set status = 'failed', ended_at = now(), next_attempt_at = null, claim = null, last_error = ${stopped}
     where d.ctid = any(array(select ctid from part))`;
  await tx.$executeRaw`
    with following as materialized (
      select ctid from webhook_delivery
       where workspace_id = ${workspaceId} and endpoint_id = ${id} and status = 'pending'
       order by next_attempt_at limit 1 for update)
    update webhook_delivery d set next_attempt_at = now(), claim = null
     where d.ctid = any(array(select ctid from following))`;
}

/** Goes on with {@link stopDeliveries}, unless the endpoint was switched on again. */
export function stopMore({ workspaceId, id }: Named): Promise<void> {
  return db().$transaction(async (tx) => {
    const off = await tx.$queryRaw<unknown[]>`
      select 1 from webhook_endpoint
       where workspace_id = ${workspaceId} and id = ${id} and disabled_at is not null for update`;
    if (off.length > 0) await stopDeliveries(tx, { workspaceId, id });
  });
}

/** Why such a delivery failed. */
const stopped = "The endpoint was switched off.";
