import type { CreateWorkspace, NewWorkspace } from "@/lib/accounts/schema";
import type { Session } from "@/lib/accounts/session/session";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { roleScopes } from "@/lib/accounts/roles";
import { slugAttempt, slugOf } from "@/lib/accounts/sign-up/slug";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { env } from "@/lib/env";
import { audit } from "@/lib/events/trail/audit";

interface Maker {
  userId: string;
  email: string;
  address: string | null;
}

/**
 * A further workspace for someone who is signed in, with them as its owner. Throws `forbidden` unless sign-up is
 * open, `invalid` for a reserved name.
 */
export async function createWorkspace(
  session: Session,
  { name }: CreateWorkspace,
  address: string | null,
): Promise<NewWorkspace> {
  if (env().SIGN_UP !== "open") throw new Problem("forbidden", "New workspaces are off here.");
  const slug = slugOf(name, "name");
  const maker = { userId: session.userId, email: session.email, address };
  const workspace = await db().$transaction((tx) => insertWorkspace(tx, { maker, name, slug }));
  await sessionsChanged(session.userId);
  return workspace;
}

/** Writes a workspace with its owner and the audit entry of both. A taken slug gets a suffix. */
export async function insertWorkspace(
  tx: Tx,
  { maker, name, slug }: { maker: Maker; name: string; slug: string },
): Promise<NewWorkspace> {
  const id = newId("wsp");
  const workspace = { id, slug: await insertUnderFreeSlug(tx, { id, name, slug }), name };
  await tx.membership.create({ data: { workspaceId: id, userId: maker.userId, role: "owner" } });
  await audit(
    tx,
    {
      kind: "session",
      workspaceId: id,
      customerId: null,
      role: "owner",
      scopes: roleScopes("owner"),
      ...maker,
    },
    { action: "workspace.create", subject: id, detail: { slug: workspace.slug, name } },
  );
  return workspace;
}

async function insertUnderFreeSlug(tx: Tx, { id, name, slug }: NewWorkspace): Promise<string> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const candidate = slugAttempt(slug, attempt);
    const data = { id, slug: candidate, name, retentionDays: env().RETENTION_DAYS };
    const { count } = await tx.workspace.createMany({ data: [data], skipDuplicates: true });
    if (count === 1) return candidate;
  }
  throw new Problem("conflict", "No free address was found for that name; try another name.");
}
