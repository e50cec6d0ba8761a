import { Role } from "@/lib/accounts/schema";
import type { SessionActor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";
import type { AuditAction } from "@/lib/events/catalogue";
import { audit } from "@/lib/events/trail/audit";

/** Writes what a person did to their own account into the trail of every workspace where they are known. */
export async function auditForUser(
  tx: Tx,
  { userId, address, action }: { userId: string; address: string | null; action: AuditAction },
): Promise<void> {
  const query = { where: { userId }, include: { user: true } } as const;
  const places = [
    ...(await tx.membership.findMany(query)).map((membership) => ({ ...membership, customerId: null })),
    ...(await tx.customerMember.findMany(query)),
  ];
  // The transaction's end takes the workspaces' chains in this order: everyone's order, so that nobody waits in a ring.
  places.sort((one, other) => (one.workspaceId < other.workspaceId ? -1 : 1));
  for (const { workspaceId, customerId, role, user } of places) {
    const actor: SessionActor = {
      kind: "session",
      workspaceId,
      customerId,
      userId,
      email: user.email,
      role: Role.parse(role),
      scopes: [],
      address,
    };
    await audit(tx, actor, { action, subject: userId });
  }
}
