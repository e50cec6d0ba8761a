import { Role } from "@/lib/accounts/schema";
import type { SessionActor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/audit";

/** Writes what a person did to their own account into the trail of every workspace that they belong to. */
export async function auditForUser(
  tx: Tx,
  { userId, address, action }: { userId: string; address: string | null; action: string },
): Promise<void> {
  const memberships = await tx.membership.findMany({ where: { userId }, include: { user: true } });
  for (const { workspaceId, role, user } of memberships) {
    const actor: SessionActor = {
      kind: "session",
      workspaceId,
      customerId: null,
      userId,
      email: user.email,
      role: Role.parse(role),
      scopes: [],
      address,
    };
    await audit(tx, actor, { action, subject: userId });
  }
}
