import { afterEach, expect, test } from "vitest";
import { finishLater } from "@/lib/accounts/later";
import {
  forgotPassword,
  isResetToken,
  resetIsOff,
  resetPassword,
} from "@/lib/accounts/passwords/reset-password";
import { readSession } from "@/lib/accounts/session/session";
import { signIn } from "@/lib/accounts/sign-in/sign-in";
import { invite } from "@/lib/accounts/members/invitations";
import { db } from "@/lib/db/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { startMailServer } from "@/lib/testing/servers/mail-server";
import { createPerson, freshEmail, testPassword, tokenIn } from "@/lib/testing/person";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function withMailServer(given = {}) {
  const server = await startMailServer(given);
  undo.push(
    server.close,
    changeEnvironment({ SMTP_URL: server.url, MAIL_FROM: "Latchkey <door@acme.example>" }),
  );
  return server;
}

const next = "a phrase set by mail";
const wayIn = (email: string, password: string) =>
  signIn({ email, password, address: null, browser: undefined });

test("a mailed link sets a new password once, ends every session and every other link", async () => {
  const mail = await withMailServer();
  const { user, cookie } = await createPerson();
  for (const index of [0, 1]) {
    await forgotPassword({ email: user.email }, null);
    expect((await mail.message(index)).to).toBe(user.email);
  }
  const [first, second] = mail.messages.map(({ text }) => tokenIn(text));
  if (first === undefined || second === undefined) throw new Error("two mails were expected");
  expect(await isResetToken(second)).toBe(true);
  await resetPassword({ token: first, password: next }, null);
  expect(await readSession(cookie)).toBeNull();
  expect(await isResetToken(second)).toBe(false);
  for (const token of [first, second])
    await expect(resetPassword({ token, password: "yet another phrase" }, null)).rejects.toMatchObject({
      kind: "not-found",
    });
  expect(await wayIn(user.email, next)).toMatchObject({ id: user.id });
  await expect(wayIn(user.email, testPassword)).rejects.toMatchObject({ kind: "unauthorized" });
});

test("of two resets by one link at once, one sets its password", async () => {
  const mail = await withMailServer();
  const { user } = await createPerson();
  await forgotPassword({ email: user.email }, null);
  const token = tokenIn((await mail.message(0)).text);
  const phrases = ["phrase of the first", "phrase of the second"];
  const results = await Promise.allSettled(
    phrases.map((password) => resetPassword({ token, password }, null)),
  );
  const winners = phrases.filter((_, index) => results[index]?.status === "fulfilled");
  expect(winners).toHaveLength(1);
  expect(await wayIn(user.email, winners[0] ?? "")).toMatchObject({ sessionGeneration: 1 });
});

test("an address without an account is answered the same and mailed nothing", async () => {
  const mail = await withMailServer();
  await forgotPassword({ email: freshEmail() }, null);
  await finishLater();
  expect(mail.messages).toEqual([]);
});

test("one account is mailed three links an hour at most", async () => {
  const mail = await withMailServer();
  const { user } = await createPerson();
  for (let i = 0; i < 5; i += 1) {
    await forgotPassword({ email: user.email }, null);
    await finishLater();
  }
  expect(mail.messages).toHaveLength(3);
});

test("an old link, a made-up one and one's own address as password are refused", async () => {
  const mail = await withMailServer();
  const { user } = await createPerson();
  await forgotPassword({ email: user.email }, null);
  const token = tokenIn((await mail.message(0)).text);
  await expect(resetPassword({ token, password: user.email }, null)).rejects.toMatchObject({
    kind: "invalid",
  });
  await expect(resetPassword({ token: "made-up", password: next }, null)).rejects.toMatchObject({
    kind: "not-found",
  });
  await db().passwordReset.updateMany({
    where: { userId: user.id },
    data: { expiresAt: new Date(Date.now() - 1) },
  });
  await expect(resetPassword({ token, password: next }, null)).rejects.toMatchObject({ kind: "not-found" });
});

test("the owner of the mailbox gets in by a reset although strangers used up the tries", async () => {
  const mail = await withMailServer();
  const { user } = await createPerson();
  const stranger = (index: number) =>
    signIn({ email: user.email, password: "guess", address: `192.0.2.${index + 1}`, browser: undefined });
  await Promise.allSettled(Array.from({ length: 50 }, (_, index) => stranger(index)));
  const owner = { email: user.email, password: next, address: "192.0.2.77", browser: undefined };
  await expect(signIn(owner)).rejects.toMatchObject({ kind: "rate-limited" });
  await forgotPassword({ email: user.email }, null);
  await resetPassword({ token: tokenIn((await mail.message(0)).text), password: next }, null);
  expect(await signIn(owner)).toMatchObject({ id: user.id });
});

test("only the hash of a mailed token is kept", async () => {
  const mail = await withMailServer();
  const { user } = await createPerson();
  await forgotPassword({ email: user.email }, null);
  const token = tokenIn((await mail.message(0)).text);
  const rows = await db().passwordReset.findMany({ where: { userId: user.id } });
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("in production without SMTP a reset is refused with a sentence, and invitations hand over their link", async () => {
  undo.push(changeEnvironment({ NODE_ENV: "production", LATCHKEY_DEMO: "off" }));
  const { user, actor } = await createPerson();
  await expect(forgotPassword({ email: user.email }, null)).rejects.toMatchObject({
    kind: "unavailable",
    message: resetIsOff,
  });
  const sent = await invite(actor, { email: freshEmail(), role: "viewer" });
  expect(sent).toMatchObject({ mailed: false, link: expect.stringContaining("/invitation?token=") });
});

test("an invitation is mailed with its link, and the inviter is not shown it", async () => {
  const mail = await withMailServer();
  const { actor } = await createPerson();
  const email = freshEmail();
  expect(await invite(actor, { email, role: "developer" })).toMatchObject({ mailed: true, link: null });
  const { to, text } = await mail.message(0);
  expect(to).toBe(email);
  expect(text).toContain("From: Latchkey <door@acme.example>");
  expect(tokenIn(text)).toHaveLength(43);
});

test("an invitation whose mail is not taken stands, and its link is handed over", async () => {
  await withMailServer({ refuse: true });
  const { actor } = await createPerson();
  const sent = await invite(actor, { email: freshEmail(), role: "viewer" });
  expect(sent).toMatchObject({ mailed: false, link: expect.stringContaining("/invitation?token=") });
});

test("a reset mail that is not taken leaves the old password as it was", async () => {
  await withMailServer({ refuse: true });
  const { user } = await createPerson();
  await forgotPassword({ email: user.email }, null);
  await finishLater();
  expect(await wayIn(user.email, testPassword)).toMatchObject({ id: user.id });
});
