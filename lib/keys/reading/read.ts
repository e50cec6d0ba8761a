import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { readRoleScopes } from "@/lib/keys/changes/granting";
import { presentKey, presentSecret } from "@/lib/keys/changes/present";
import { withParts } from "@/lib/keys/changes/stored-key";
import type { KeyDetail } from "@/lib/keys/schema";
import { describeLimits } from "@/lib/limits/describe";

/** Secrets answered with a key; older ones are history that usage still names. */
const secretsMax = 50;

/** One key with its secrets, newest first. Needs `read:keys`. Throws `not-found`. */
export async function readKey(actor: Actor, keyId: string): Promise<KeyDetail> {
  requireScope(actor, "read:keys");
  const now = new Date();
  const customerId = customerOf(actor);
  const row = await db().key.findFirst({
    where: { workspaceId: actor.workspaceId, id: keyId, ...(customerId === null ? {} : { customerId }) },
    include: {
      ...withParts(now),
      secrets: { orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: secretsMax },
    },
  });
  if (row === null) throw new Problem("not-found", "There is no such key.");
  const key = presentKey(row, await readRoleScopes(db(), actor.workspaceId, row.roles), now);
  return { ...key, limits: await describeLimits(row), secrets: row.secrets.map(presentSecret) };
}
