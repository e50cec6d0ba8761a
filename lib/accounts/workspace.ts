import type { UpdateWorkspace, Workspace } from "@/lib/accounts/schema";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";

/** The actor's own workspace. */
export async function readWorkspace(actor: Actor): Promise<Workspace> {
  requireScope(actor, "read:workspace");
  requireProvider(actor);
  const workspace = await db().workspace.findUnique({ where: { id: actor.workspaceId } });
  if (workspace === null) throw new Problem("not-found", "This workspace is no more.");
  return shown(workspace);
}

/** Changes name, key prefix, how long lines and audit entries are kept and the origins of portal sessions. Keys that exist keep the prefix they were made with. */
export async function updateWorkspace(actor: Actor, input: UpdateWorkspace): Promise<Workspace> {
  requireScope(actor, "update:workspace");
  requireProvider(actor);
  const { name, keyPrefix, logRetentionDays, auditRetentionDays, allowedOrigins } = input;
  const data = {
    ...(name === undefined ? {} : { name }),
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
    ...(logRetentionDays === undefined ? {} : { logRetentionDays }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    ...(auditRetentionDays === undefined ? {} : { auditRetentionDays }),
  };
  const [workspace, members] = await db().$transaction(async (tx) => {
    const updated = await tx.workspace.update({ where: { id: actor.workspaceId }, data });
    await audit(tx, actor, { action: "workspace.update", subject: actor.workspaceId, detail: data });
    return [updated, await peopleOf(tx, actor.workspaceId)];
  });
  if (name !== undefined) await Promise.all(members.map(({ userId }) => sessionsChanged(userId)));
  return shown(workspace);
}

/** Members of the workspace and of its customers. */
async function peopleOf(tx: Tx, workspaceId: string): Promise<{ userId: string }[]> {
  const query = { where: { workspaceId }, select: { userId: true } } as const;
  return [...(await tx.membership.findMany(query)), ...(await tx.customerMember.findMany(query))];
}

function shown({
  createdAt,
  id,
  slug,
  name,
  keyPrefix,
  retentionDays,
  logRetentionDays,
  auditRetentionDays,
  allowedOrigins,
}: Omit<Workspace, "createdAt"> & { createdAt: Date }): Workspace {
  const kept = { retentionDays, logRetentionDays, auditRetentionDays };
  return { id, slug, name, keyPrefix, ...kept, allowedOrigins, createdAt: createdAt.toISOString() };
}
