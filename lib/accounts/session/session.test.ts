import { encode } from "next-auth/jwt";
import { afterEach, expect, test } from "vitest";
import { acceptInvitation } from "@/lib/accounts/members/accept-invitation";
import { changePassword } from "@/lib/accounts/passwords/change-password";
import { cookieName } from "@/lib/accounts/session/cookies";
import { createWorkspace } from "@/lib/accounts/sign-up/create-workspace";
import { invite } from "@/lib/accounts/members/invitations";
import { sessionClaims } from "@/lib/accounts/sign-in/issue-session";
import { removeMember, updateMember } from "@/lib/accounts/members/members";
import { readSession, sessionActor, sessionsChanged, type Session } from "@/lib/accounts/session/session";
import { signIn } from "@/lib/accounts/sign-in/sign-in";
import { bus } from "@/lib/bus/bus";
import { subkey, useSecrets } from "@/lib/crypto/subkey";
import { db } from "@/lib/db/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { cookieOf, createMember, createPerson, testPassword, tokenIn } from "@/lib/testing/person";
import { testSecret } from "@/lib/testing/run/test-environment";

let restore = () => {};
afterEach(() => restore());

async function sessionOf(cookie: string): Promise<Session> {
  const session = await readSession(cookie);
  if (session === null) throw new Error("not signed in");
  return session;
}

test("a password change ends every session issued before, and the new one works", async () => {
  const { user, cookie } = await createPerson();
  const elsewhere = await cookieOf(user);
  const changed = await changePassword(
    await sessionOf(cookie),
    { current: testPassword, next: "a new phrase" },
    null,
  );
  expect(await readSession(cookie)).toBeNull();
  expect(await readSession(elsewhere)).toBeNull();
  expect(await readSession(await cookieOf({ ...user, ...changed }))).toMatchObject({ userId: user.id });
  await expect(
    signIn({ email: user.email, password: testPassword, address: null, browser: undefined }),
  ).rejects.toMatchObject({ kind: "unauthorized" });
});

test("of two password changes at once one holds and the other changes nothing", async () => {
  const { user, cookie } = await createPerson();
  const session = await sessionOf(cookie);
  const phrases = ["one new phrase", "another new phrase"];
  const results = await Promise.allSettled(
    phrases.map((next) => changePassword(session, { current: testPassword, next }, null)),
  );
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  const won = phrases[results.findIndex((result) => result.status === "fulfilled")] ?? "";
  expect(await signIn({ email: user.email, password: won, address: null, browser: undefined })).toMatchObject(
    { sessionGeneration: 1 },
  );
});

test("a wrong current password changes nothing, and is counted", async () => {
  const { cookie } = await createPerson();
  const session = await sessionOf(cookie);
  const wrong = () => changePassword(session, { current: "not it", next: "a new phrase" }, "203.0.113.4");
  await expect(wrong()).rejects.toMatchObject({ kind: "invalid", extra: { errors: [{ path: "current" }] } });
  await Promise.allSettled(Array.from({ length: 9 }, wrong));
  await expect(wrong()).rejects.toMatchObject({ kind: "rate-limited" });
  expect(await readSession(cookie)).not.toBeNull();
});

test("a removed member's sessions end everywhere at once, also in workspaces that they keep", async () => {
  const owner = await createPerson();
  const member = await createPerson();
  const { link } = await invite(owner.actor, { email: member.user.email, role: "admin" });
  await acceptInvitation(await sessionOf(member.cookie), { token: tokenIn(link) }, null);
  expect((await sessionOf(member.cookie)).workspaces).toHaveLength(2);
  await removeMember(owner.actor, member.user.id);
  expect(await readSession(member.cookie)).toBeNull();
  const again = await signIn({
    email: member.user.email,
    password: testPassword,
    address: null,
    browser: undefined,
  });
  expect((await sessionOf(await cookieOf(again))).workspaces.map(({ id }) => id)).toEqual([
    member.actor.workspaceId,
  ]);
});

test("another role holds from the very next request", async () => {
  const owner = await createPerson();
  const member = await createMember(owner.actor, "admin");
  expect(await sessionActor(member.cookie)).toMatchObject({
    role: "admin",
    workspaceId: owner.actor.workspaceId,
  });
  await updateMember(owner.actor, member.user.id, { role: "viewer" });
  const actor = await sessionActor(member.cookie);
  expect(actor).toMatchObject({ role: "viewer" });
  expect(actor?.scopes).not.toContain("create:keys");
});

test("a change on another node is heard, and forgotten sessions are read again", async () => {
  const { user, cookie } = await createPerson();
  await sessionOf(cookie);
  await db().user.update({ where: { id: user.id }, data: { sessionGeneration: { increment: 1 } } });
  expect(await readSession(cookie)).not.toBeNull();
  await bus().publish({ kind: "session-changed", userId: user.id });
  expect(await readSession(cookie)).toBeNull();
});

test("a read that began before a change does not bring the session back", async () => {
  const { user, cookie } = await createPerson();
  await sessionsChanged(user.id);
  const early = readSession(cookie);
  await db().user.update({ where: { id: user.id }, data: { sessionGeneration: { increment: 1 } } });
  await sessionsChanged(user.id);
  await early;
  expect(await readSession(cookie)).toBeNull();
});

test("a session without a workspace of its person is nobody in it; the one last looked at is chosen", async () => {
  const { cookie } = await createPerson();
  const stranger = await createPerson();
  const second = await createWorkspace(await sessionOf(cookie), { name: "Second of mine" }, null);
  const [first] = (await sessionOf(cookie)).workspaces;
  expect(await sessionActor(cookie)).toMatchObject({ workspaceId: first?.id });
  expect(
    await sessionActor(`${cookie}; latchkey-workspace=${second.slug}`, { address: "203.0.113.8" }),
  ).toMatchObject({
    workspaceId: second.id,
    address: "203.0.113.8",
  });
  const [foreign] = (await sessionOf(stranger.cookie)).workspaces;
  expect(await sessionActor(cookie, { workspaceSlug: foreign?.slug })).toBeNull();
  expect(await sessionActor(`${cookie}; latchkey-workspace=${foreign?.slug}`)).toMatchObject({
    workspaceId: first?.id,
  });
});

test("forged, expired and foreign cookies are nobody", async () => {
  const { user } = await createPerson();
  const name = cookieName("session");
  const claims = sessionClaims(user);
  const tokens = [
    "",
    "nonsense",
    await encode({ token: claims, secret: "another installation's secret" }),
    await encode({ token: claims, secret: subkey("session"), maxAge: -60 }),
    await encode({ token: { sub: user.id }, secret: subkey("session") }),
    await encode({ token: { ...claims, generation: 7 }, secret: subkey("session") }),
    await encode({ token: { sub: "user_nobody", generation: 0 }, secret: subkey("session") }),
  ];
  for (const token of tokens) expect(await readSession(`${name}=${token}`)).toBeNull();
  expect(await readSession(null)).toBeNull();
  expect(
    await readSession(`${name}=${await encode({ token: claims, secret: subkey("session") })}`),
  ).not.toBeNull();
});

test("sessions outlive a change of LATCHKEY_SECRET while the old one is named, and not longer", async () => {
  const { cookie } = await createPerson();
  const current = "a new secret of more than thirty-two characters";
  restore = () => useSecrets({ current: testSecret, previous: [] });
  useSecrets({ current, previous: [testSecret] });
  expect(await readSession(cookie)).not.toBeNull();
  useSecrets({ current, previous: [] });
  expect(await readSession(cookie)).toBeNull();
});

test("behind https the cookies are bound to host and transport", async () => {
  const { user } = await createPerson();
  restore = changeEnvironment({ PORTAL_URL: "https://portal.example.com" });
  const cookie = await cookieOf(user);
  expect(cookie).toContain("__Host-latchkey-session=");
  expect(await readSession(cookie)).toMatchObject({ userId: user.id });
  restore();
  expect(await readSession(cookie)).toBeNull();
});
