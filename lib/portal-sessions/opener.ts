import { roleScopes } from "@/lib/accounts/roles";
import { Role } from "@/lib/accounts/schema";
import type { Tx } from "@/lib/db/client";
import { grantOf, readRoleScopes } from "@/lib/keys/changes/granting";

type Reader = Pick<Tx, "key" | "membership" | "role" | "$queryRaw">;

/**
 * What whoever opened a session holds now, or null when they are no more: the key was revoked, disabled or expired, the
 * person left. A session never outlives or exceeds its opener.
 */
export async function openerGrant(
  tx: Reader,
  { workspaceId, createdBy }: { workspaceId: string; createdBy: string },
): Promise<readonly string[] | null> {
  if (createdBy === "system") return ["platform:*", "*:*"];
  if (createdBy.startsWith("key_")) return keyGrant(tx, workspaceId, createdBy);
  const member = await tx.membership.findUnique({
    where: { workspaceId_userId: { workspaceId, userId: createdBy } },
  });
  return member === null ? null : roleScopes(Role.parse(member.role));
}

async function keyGrant(tx: Reader, workspaceId: string, id: string): Promise<readonly string[] | null> {
  const key = await tx.key.findFirst({
    where: {
      workspaceId,
      id,
      customerId: null,
      revokedAt: null,
      disabledAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
    },
  });
  return key === null ? null : grantOf(key, await readRoleScopes(tx, workspaceId, key.roles));
}
