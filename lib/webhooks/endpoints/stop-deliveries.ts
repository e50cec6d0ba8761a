import type { Tx } from "@/lib/db/client";

/** Ends what waits for an endpoint that was switched off; it counts as failed, so that it can be recovered. */
export async function stopDeliveries(
  tx: Tx,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { workspaceId, endpointId: id, status: "pending" },
    data: { status: "failed", endedAt: new Date(), nextAttemptAt: null, claim: null, lastError: stopped },
  });
}

/** Why such a delivery failed. */
export const stopped = "The endpoint was switched off.";
