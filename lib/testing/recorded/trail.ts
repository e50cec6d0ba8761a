import type { Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";

/** What was done to `subject` by the trail of the actor's workspace, the oldest first. */
export async function trail({ workspaceId }: Pick<Actor, "workspaceId">, subject: string): Promise<string[]> {
  const entries = await db().auditEntry.findMany({
    where: { workspaceId, subject },
    orderBy: { seq: "asc" },
  });
  return entries.map(({ action }) => action);
}
