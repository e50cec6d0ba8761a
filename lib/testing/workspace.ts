import type { SessionActor, SystemActor } from "@/lib/api/actor";
import { systemActor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";

/** A workspace of a test's own. */
export interface TestWorkspace {
  workspaceId: string;
  slug: string;
  /** Its owner, as a portal session. */
  owner: SessionActor;
  system: SystemActor;
}

/** Makes a fresh workspace with one owner; nothing of another test is visible in it. */
export async function createTestWorkspace(): Promise<TestWorkspace> {
  const workspaceId = newId("wsp");
  const userId = newId("user");
  const slug = `test-${randomBase62(10).toLowerCase()}`;
  const email = `${slug}@example.com`;
  await db().workspace.create({ data: { id: workspaceId, slug, name: slug } });
  await db().user.create({ data: { id: userId, email } });
  await db().membership.create({ data: { workspaceId, userId, role: "owner" } });
  const owner: SessionActor = {
    kind: "session",
    workspaceId,
    customerId: null,
    userId,
    email,
    role: "owner",
    scopes: ["platform:*", "*:*"],
    address: "203.0.113.9",
  };
  return { workspaceId, slug, owner, system: systemActor(workspaceId) };
}
