import { expect, test } from "vitest";
import { acceptInvitation, readInvitation } from "@/lib/accounts/members/accept-invitation";
import {
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from "@/lib/accounts/members/invitations";
import { listMembers, readMember, removeMember, updateMember } from "@/lib/accounts/members/members";
import { roleScopes } from "@/lib/accounts/roles";
import { readSession } from "@/lib/accounts/session/session";
import { db } from "@/lib/db/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { keyActor } from "@/lib/testing/issue-key";
import { createMember, createPerson, freshEmail, testPassword, tokenIn } from "@/lib/testing/person";

const page = { limit: 25 };

async function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { kind?: string }) => error.kind ?? String(error),
  );
}

async function ownersOf(workspaceId: string): Promise<number> {
  return db().membership.count({ where: { workspaceId, role: "owner" } });
}

test("the last owner cannot be demoted, removed or leave", async () => {
  const { actor, user } = await createPerson();
  expect(await kindOf(updateMember(actor, user.id, { role: "admin" }))).toBe("conflict");
  expect(await kindOf(removeMember(actor, user.id))).toBe("conflict");
  expect(await ownersOf(actor.workspaceId)).toBe(1);
});

test("two owners who demote, remove or leave at once never leave the workspace without one", async () => {
  for (const change of ["demote", "remove", "leave"] as const) {
    const one = await createPerson();
    const other = await createMember(one.actor, "owner");
    const step = (self: typeof one, target: typeof one) =>
      change === "demote"
        ? updateMember(self.actor, target.user.id, { role: "viewer" })
        : removeMember(self.actor, target.user.id);
    const results = await Promise.all(
      change === "leave"
        ? [kindOf(step(one, one)), kindOf(step(other, other))]
        : [kindOf(step(one, other)), kindOf(step(other, one))],
    );
    expect(results).toContain("done");
    expect(results.filter((result) => result === "done")).toHaveLength(1);
    expect(await ownersOf(one.actor.workspaceId)).toBe(1);
  }
});

test("an administrator makes no owner and touches none, but manages everyone below", async () => {
  const owner = await createPerson();
  const admin = await createMember(owner.actor, "admin");
  const viewer = await createMember(owner.actor, "viewer");
  expect(await kindOf(updateMember(admin.actor, owner.user.id, { role: "viewer" }))).toBe("forbidden");
  expect(await kindOf(updateMember(admin.actor, viewer.user.id, { role: "owner" }))).toBe("forbidden");
  expect(await kindOf(updateMember(admin.actor, admin.user.id, { role: "owner" }))).toBe("forbidden");
  expect(await kindOf(removeMember(admin.actor, owner.user.id))).toBe("forbidden");
  expect(await kindOf(invite(admin.actor, { email: freshEmail(), role: "owner" }))).toBe("forbidden");
  expect(await updateMember(admin.actor, viewer.user.id, { role: "developer" })).toMatchObject({
    role: "developer",
  });
  expect(await kindOf(removeMember(admin.actor, viewer.user.id))).toBe("done");
});

test("an owner who was demoted a moment ago acts as an owner no more", async () => {
  const owner = await createPerson();
  const former = await createMember(owner.actor, "owner");
  await updateMember(owner.actor, former.user.id, { role: "admin" });
  expect(await kindOf(updateMember(former.actor, owner.user.id, { role: "viewer" }))).toBe("forbidden");
});

test("developers and viewers change no members, but may leave", async () => {
  const owner = await createPerson();
  for (const role of ["developer", "viewer"] as const) {
    const member = await createMember(owner.actor, role);
    expect(await kindOf(updateMember(member.actor, member.user.id, { role: "admin" }))).toBe("forbidden");
    expect(await kindOf(removeMember(member.actor, owner.user.id))).toBe("forbidden");
    expect(await kindOf(invite(member.actor, { email: freshEmail(), role: "viewer" }))).toBe("forbidden");
    expect((await listMembers(member.actor, page)).items).not.toHaveLength(0);
    expect(await kindOf(removeMember(member.actor, member.user.id))).toBe("done");
  }
});

test("another workspace's members and invitations do not exist", async () => {
  const [mine, theirs] = [await createPerson(), await createPerson()];
  const { invitation } = await invite(theirs.actor, { email: freshEmail(), role: "viewer" });
  const kinds = await Promise.all([
    kindOf(readMember(mine.actor, theirs.user.id)),
    kindOf(updateMember(mine.actor, theirs.user.id, { role: "viewer" })),
    kindOf(removeMember(mine.actor, theirs.user.id)),
    kindOf(resendInvitation(mine.actor, invitation.id)),
    kindOf(revokeInvitation(mine.actor, invitation.id)),
  ]);
  expect(new Set(kinds)).toEqual(new Set(["not-found"]));
  expect((await listMembers(mine.actor, page)).items.map(({ userId }) => userId)).toEqual([mine.user.id]);
  expect((await listInvitations(mine.actor, page)).items).toEqual([]);
});

test("a customer's key sees no members, whatever its scopes", async () => {
  const { actor } = await createPerson();
  const key = keyActor(actor.workspaceId, { customerId: "cus_1", scopes: ["platform:*"] });
  expect(await kindOf(listMembers(key, page))).toBe("forbidden");
  expect(await kindOf(readMember(key, actor.userId))).toBe("forbidden");
  expect((await listInvitations(key, page)).items).toEqual([]);
});

test("members and invitations page without missing or repeating anyone, and take no other list's cursor", async () => {
  const { actor } = await createPerson();
  for (let i = 0; i < 4; i += 1) await createMember(actor, "viewer");
  for (let i = 0; i < 3; i += 1) await invite(actor, { email: freshEmail(), role: "viewer" });
  const first = await listMembers(actor, { limit: 3 });
  const rest = await listMembers(actor, { limit: 3, cursor: first.nextCursor ?? "" });
  expect(new Set([...first.items, ...rest.items].map(({ userId }) => userId)).size).toBe(5);
  expect([first.total, rest.nextCursor]).toEqual([5, null]);
  const invitations = await listInvitations(actor, { limit: 2 });
  expect(
    (await listInvitations(actor, { limit: 2, cursor: invitations.nextCursor ?? "" })).items,
  ).toHaveLength(1);
  expect(await kindOf(listInvitations(actor, { limit: 2, cursor: first.nextCursor ?? "" }))).toBe(
    "bad-request",
  );
});

test("of two accepts of one invitation at once, one makes one member", async () => {
  const owner = await createPerson();
  const email = freshEmail();
  const { link } = await invite(owner.actor, { email, role: "developer" });
  const accept = () => acceptInvitation(null, { token: tokenIn(link), password: testPassword }, null);
  const results = await Promise.all([kindOf(accept()), kindOf(accept())]);
  expect(results.filter((result) => result === "done")).toHaveLength(1);
  expect(
    await db().membership.count({ where: { workspaceId: owner.actor.workspaceId, user: { email } } }),
  ).toBe(1);
  expect(await readInvitation(tokenIn(link))).toBeNull();
});

test("two invitations of one address at once make one", async () => {
  const owner = await createPerson();
  const email = freshEmail();
  const results = await Promise.all([1, 2].map(() => kindOf(invite(owner.actor, { email, role: "viewer" }))));
  expect(results.toSorted()).toEqual(["conflict", "done"]);
});

test("an invitation is for its address: another person signed in cannot take it, an account must sign in first", async () => {
  const [owner, person, other] = [await createPerson(), await createPerson(), await createPerson()];
  const { link } = await invite(owner.actor, { email: person.user.email, role: "viewer" });
  const token = tokenIn(link);
  expect(await readInvitation(token)).toMatchObject({
    hasAccount: true,
    email: person.user.email,
    role: "viewer",
  });
  expect(await kindOf(acceptInvitation(await readSession(other.cookie), { token }, null))).toBe("forbidden");
  expect(await kindOf(acceptInvitation(null, { token, password: testPassword }, null))).toBe("conflict");
  expect(await kindOf(acceptInvitation(await readSession(person.cookie), { token }, null))).toBe("done");
  expect((await readSession(person.cookie))?.workspaces).toHaveLength(2);
});

test("a new account needs a password, and SIGN_UP=closed makes none; the invitation stays open", async () => {
  const owner = await createPerson();
  const { link } = await invite(owner.actor, { email: freshEmail(), role: "viewer" });
  const token = tokenIn(link);
  expect(await kindOf(acceptInvitation(null, { token }, null))).toBe("invalid");
  const restore = changeEnvironment({ SIGN_UP: "closed" });
  expect(await kindOf(acceptInvitation(null, { token, password: testPassword }, null))).toBe("forbidden");
  restore();
  const invited = changeEnvironment({ SIGN_UP: "invite" });
  expect(await kindOf(acceptInvitation(null, { token, password: testPassword }, null))).toBe("done");
  invited();
});

test("sending again voids the link before; taking back voids the last; an old one is over", async () => {
  const owner = await createPerson();
  const sent = await invite(owner.actor, { email: freshEmail(), role: "viewer" });
  const again = await resendInvitation(owner.actor, sent.invitation.id);
  expect(await readInvitation(tokenIn(sent.link))).toBeNull();
  expect(await readInvitation(tokenIn(again.link))).not.toBeNull();
  await revokeInvitation(owner.actor, sent.invitation.id);
  expect(
    await kindOf(acceptInvitation(null, { token: tokenIn(again.link), password: testPassword }, null)),
  ).toBe("not-found");
  const late = await invite(owner.actor, { email: freshEmail(), role: "viewer" });
  await db().invitation.updateMany({
    where: { id: late.invitation.id },
    data: { expiresAt: new Date(Date.now() - 1) },
  });
  expect(
    await kindOf(acceptInvitation(null, { token: tokenIn(late.link), password: testPassword }, null)),
  ).toBe("not-found");
});

test("a member is not invited again", async () => {
  const owner = await createPerson();
  const member = await createMember(owner.actor, "viewer");
  expect(await kindOf(invite(owner.actor, { email: member.user.email, role: "admin" }))).toBe("conflict");
});

test("every change of members stands in the audit trail, and no token does", async () => {
  const owner = await createPerson();
  const member = await createMember(owner.actor, "viewer");
  await updateMember(owner.actor, member.user.id, { role: "developer" });
  await removeMember(owner.actor, member.user.id);
  const { invitation, link } = await invite(owner.actor, { email: freshEmail(), role: "viewer" });
  await revokeInvitation(owner.actor, invitation.id);
  const entries = await db().auditEntry.findMany({
    where: { workspaceId: owner.actor.workspaceId },
    orderBy: { seq: "asc" },
  });
  expect(entries.map(({ action }) => action)).toEqual([
    "workspace.create",
    "members.invite",
    "members.join",
    "members.change-role",
    "members.remove",
    "members.invite",
    "members.revoke-invitation",
  ]);
  expect(JSON.stringify(entries.map(({ detail, actor }) => [detail, actor]))).not.toContain(tokenIn(link));
});

test("a key gives nobody a role that holds more than itself: by invitation, by sending one again, or by a change", async () => {
  const owner = await createPerson();
  const viewer = await createMember(owner.actor, "viewer");
  const key = (scopes: readonly string[]) => keyActor(owner.actor.workspaceId, { scopes });
  const bare = key(["create:members", "update:members"]);
  const { invitation } = await invite(owner.actor, { email: freshEmail(), role: "admin" });
  expect(await kindOf(invite(bare, { email: freshEmail(), role: "admin" }))).toBe("forbidden");
  expect(await kindOf(invite(bare, { email: freshEmail(), role: "viewer" }))).toBe("forbidden");
  expect(await kindOf(resendInvitation(bare, invitation.id))).toBe("forbidden");
  expect(await kindOf(updateMember(bare, viewer.user.id, { role: "admin" }))).toBe("forbidden");
  expect((await readMember(owner.actor, viewer.user.id)).role).toBe("viewer");
  const reader = key([...bare.scopes, ...roleScopes("viewer")]);
  expect(await kindOf(invite(reader, { email: freshEmail(), role: "viewer" }))).toBe("done");
  expect(await kindOf(invite(reader, { email: freshEmail(), role: "developer" }))).toBe("forbidden");
  const all = key(["platform:*", "*:*"]);
  expect(await kindOf(invite(all, { email: freshEmail(), role: "admin" }))).toBe("done");
  expect(await kindOf(updateMember(all, viewer.user.id, { role: "admin" }))).toBe("done");
});
