import { roleScopes } from "@/lib/accounts/roles";
import { Role } from "@/lib/accounts/schema";
import type { RowReader } from "@/lib/scopes/known";

/**
 * What whoever opened a session holds now, or null when they are no more: the key was revoked, disabled or expired, the
 * person left. A session never outlives or exceeds its opener.
 */
export async function openerGrant(
  tx: RowReader,
  { workspaceId, createdBy }: { workspaceId: string; createdBy: string },
): Promise<readonly string[] | null> {
  if (createdBy === "system") return ["platform:*", "*:*"];
  if (createdBy.startsWith("key_")) return keyGrant(tx, workspaceId, createdBy);
  const [member] = await tx.$queryRaw<{ role: string }[]>`
    select role from membership where workspace_id = ${workspaceId} and user_id = ${createdBy}`;
  return member === undefined ? null : roleScopes(Role.parse(member.role));
}

async function keyGrant(tx: RowReader, workspaceId: string, id: string): Promise<readonly string[] | null> {
  const [key] = await tx.$queryRaw<{ held: string[] }[]>`
    select k.scopes || array(select unnest(r.scopes) from role r
                              where r.workspace_id = k.workspace_id and r.name = any(k.roles)) as held
      from api_key k
     where k.workspace_id = ${workspaceId} and k.id = ${id} and k.customer_id is null
       and k.revoked_at is null and k.disabled_at is null and (k.expires_at is null or k.expires_at > now())`;
  return key?.held ?? null;
}
