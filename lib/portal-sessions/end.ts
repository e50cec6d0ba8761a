import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { bus } from "@/lib/bus/bus";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";

/**
 * Ends a portal session, its code or token, from the next request on; twice is fine. Needs `destroy:portal-sessions`;
 * a session may end itself. Throws `not-found`.
 */
export async function endPortalSession(actor: Actor, id: string): Promise<void> {
  const ownEnd = actor.kind === "portalSession" && actor.sessionId === id;
  if (!ownEnd) {
    requireScope(actor, "destroy:portal-sessions");
    requireProvider(actor);
  }
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const found = await tx.portalSession.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
    if (found === null) throw new Problem("not-found", "There is no such portal session.");
    const { count } = await tx.portalSession.updateMany({
      where: { workspaceId, id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count > 0)
      await audit(tx, actor, {
        action: "portal-sessions.end",
        subject: id,
        detail: { customer: found.customerId },
      });
  });
  await bus().publish({ kind: "portal-session-ended", sessionId: id });
}
