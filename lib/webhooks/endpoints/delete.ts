import { requireScope, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { lockEndpoint, shownUrl } from "@/lib/webhooks/endpoints/stored-endpoint";

/** Removes an endpoint with what waits for it and what was tried. Needs `destroy:webhooks`. Throws `not-found`. */
export async function deleteEndpoint(actor: Actor, id: string): Promise<void> {
  requireScope(actor, "destroy:webhooks");
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const { url, customerId } = await lockEndpoint(tx, actor, id);
    await tx.webhookEndpoint.deleteMany({ where: { workspaceId, id } });
    const detail = { url: shownUrl(url), customer: customerId };
    await audit(tx, actor, { action: "webhooks.delete", subject: id, detail });
  });
}
