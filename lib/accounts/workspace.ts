import type { UpdateWorkspace, Workspace } from "@/lib/accounts/schema";
import { sessionsChanged } from "@/lib/accounts/session";
import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/audit";

/** The actor's own workspace. */
export async function readWorkspace(actor: Actor): Promise<Workspace> {
  requireScope(actor, "read:workspace");
  const workspace = await db().workspace.findUnique({ where: { id: actor.workspaceId } });
  if (workspace === null) throw new Problem("not-found", "This workspace is no more.");
  return shown(workspace);
}

/** Changes name and key prefix. Keys that exist keep the prefix they were made with. */
export async function updateWorkspace(actor: Actor, input: UpdateWorkspace): Promise<Workspace> {
  requireScope(actor, "update:workspace");
  const { name, keyPrefix } = input;
  const data = { ...(name === undefined ? {} : { name }), ...(keyPrefix === undefined ? {} : { keyPrefix }) };
  const [workspace, members] = await db().$transaction(async (tx) => {
    const updated = await tx.workspace.update({ where: { id: actor.workspaceId }, data });
    await audit(tx, actor, { action: "workspace.update", subject: actor.workspaceId, detail: data });
    return [
      updated,
      await tx.membership.findMany({ where: { workspaceId: actor.workspaceId }, select: { userId: true } }),
    ];
  });
  if (name !== undefined) await Promise.all(members.map(({ userId }) => sessionsChanged(userId)));
  return shown(workspace);
}

function shown(row: {
  id: string;
  slug: string;
  name: string;
  keyPrefix: string;
  retentionDays: number;
  createdAt: Date;
}): Workspace {
  const { id, slug, name, keyPrefix, retentionDays, createdAt } = row;
  return { id, slug, name, keyPrefix, retentionDays, createdAt: createdAt.toISOString() };
}
