import { afterEach, expect, test } from "vitest";
import { knownBrowser } from "@/lib/accounts/sign-in/known-browser";
import { later, finishLater } from "@/lib/accounts/later";
import { signIn } from "@/lib/accounts/sign-in/sign-in";
import { hashPassword } from "@/lib/accounts/passwords/password";
import { db } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { hashPoolState } from "@/lib/keys/hashing/hash-pool";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { createPerson, freshEmail, testPassword } from "@/lib/testing/person";

let restore = () => {};
afterEach(() => restore());

let hosts = 0;
const freshAddress = () => `198.51.${Math.floor(hosts / 250)}.${(hosts++ % 250) + 1}`;
const attempt = (email: string, password: string, address = freshAddress()) => ({
  email,
  password,
  address,
  browser: undefined,
});

test("the right password lets in, with the address written in any case", async () => {
  const { user } = await createPerson();
  expect(await signIn(attempt(user.email.toUpperCase(), testPassword))).toMatchObject({
    id: user.id,
    sessionGeneration: 0,
  });
});

test("bcrypt runs for an account that does not exist, and the words are those of a wrong password", async () => {
  const { user } = await createPerson();
  const passwordless = await db().user.create({
    data: { id: `user_${randomBase62(20)}`, email: freshEmail() },
  });
  const before = hashPoolState().finished;
  const wrong = await signIn(attempt(user.email, "not this one")).catch((error: unknown) => error);
  for (const email of [freshEmail(), passwordless.email, "no address at all"]) {
    const unknown = await signIn(attempt(email, testPassword)).catch((error: unknown) => error);
    expect(unknown).toEqual(wrong);
  }
  expect(hashPoolState().finished - before).toBe(4);
  expect(wrong).toMatchObject({ kind: "unauthorized", message: "Email or password is wrong." });
});

test("a password counts whole: one that differs after byte 72 is another", async () => {
  const long = `${"a1".repeat(100)}`;
  const { user } = await createPerson();
  await db().user.update({ where: { id: user.id }, data: { passwordHash: await hashPassword(`${long}x`) } });
  await expect(signIn(attempt(user.email, `${long}y`))).rejects.toMatchObject({ kind: "unauthorized" });
  expect(await signIn(attempt(user.email, `${long}x`))).toMatchObject({ id: user.id });
});

test("ten wrong tries of one account from one address are the last, however many come at once", async () => {
  const { user } = await createPerson();
  const address = freshAddress();
  const tries = await Promise.allSettled(
    Array.from({ length: 15 }, () => signIn(attempt(user.email, "wrong", address))),
  );
  const kinds = tries.map((result) => (result.status === "rejected" ? result.reason.kind : "in"));
  expect(kinds.filter((kind) => kind === "unauthorized")).toHaveLength(10);
  expect(kinds.filter((kind) => kind === "rate-limited")).toHaveLength(5);
  await expect(signIn(attempt(user.email, testPassword, address))).rejects.toMatchObject({
    message: "Too many attempts. Try again in 15 min.",
    extra: { retryAfterSeconds: expect.closeTo(900, -1) },
  });
});

test("the owner gets in from elsewhere meanwhile, and from a browser they used before even when strangers try from everywhere", async () => {
  const { user } = await createPerson();
  const address = freshAddress();
  await Promise.allSettled(Array.from({ length: 10 }, () => signIn(attempt(user.email, "wrong", address))));
  expect(await signIn(attempt(user.email, testPassword))).toMatchObject({ id: user.id });
  await Promise.allSettled(Array.from({ length: 50 }, () => signIn(attempt(user.email, "wrong"))));
  await expect(signIn(attempt(user.email, testPassword))).rejects.toMatchObject({ kind: "rate-limited" });
  const browser = knownBrowser(user.email);
  expect(await signIn({ email: user.email, password: testPassword, address, browser })).toMatchObject({
    id: user.id,
  });
});

test("a known browser of someone else, or a made-up one, is a stranger; a real one has ten tries too", async () => {
  const [{ user }, other] = [await createPerson(), await createPerson()];
  const address = freshAddress();
  await Promise.allSettled(Array.from({ length: 10 }, () => signIn(attempt(user.email, "wrong", address))));
  for (const browser of [knownBrowser(other.user.email), "made.up", ""])
    await expect(
      signIn({ email: user.email, password: testPassword, address, browser }),
    ).rejects.toMatchObject({ kind: "rate-limited" });
  const browser = knownBrowser(user.email);
  for (let i = 0; i < 10; i += 1)
    await signIn({ email: user.email, password: "wrong", address, browser }).catch(() => null);
  await expect(signIn({ email: user.email, password: testPassword, address, browser })).rejects.toMatchObject(
    { kind: "rate-limited" },
  );
});

test("one address may be wrong a hundred times over all accounts; successes do not count", async () => {
  const { user } = await createPerson();
  const address = freshAddress();
  for (let i = 0; i < 30; i += 1) await signIn(attempt(user.email, testPassword, address));
  await Promise.allSettled(Array.from({ length: 99 }, () => signIn(attempt(freshEmail(), "wrong", address))));
  expect(await signIn(attempt(user.email, testPassword, address))).toMatchObject({ id: user.id });
  await signIn(attempt(freshEmail(), "wrong", address)).catch(() => null);
  await expect(signIn(attempt(user.email, testPassword, address))).rejects.toMatchObject({
    kind: "rate-limited",
  });
});

test("a refused sign-in stands in the audit trail of the account's workspaces, without what was typed", async () => {
  const { user, actor } = await createPerson();
  await signIn(attempt(user.email, "a mistyped passphrase")).catch(() => null);
  await finishLater();
  const entries = await db().auditEntry.findMany({
    where: { workspaceId: actor.workspaceId, action: "accounts.refuse-sign-in" },
  });
  expect(entries).toHaveLength(1);
  expect(
    JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? String(value) : value)),
  ).not.toContain("mistyped");
});

test("a changed work factor is taken up at the next sign-in", async () => {
  const { user } = await createPerson();
  restore = changeEnvironment({ BCRYPT_COST: 5 });
  await signIn(attempt(user.email, testPassword));
  await finishLater();
  const { passwordHash } = await db().user.findUniqueOrThrow({
    where: { id: user.id },
    select: { passwordHash: true },
  });
  expect(passwordHash).toMatch(/^\$2b\$05\$/);
  expect(await signIn(attempt(user.email, testPassword))).toMatchObject({ id: user.id });
});

test("work put off is finished before the process stops, and its failure harms nobody", async () => {
  const done: string[] = [];
  later("failing", () => Promise.reject(new Error("no")));
  later("working", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    done.push("worked");
  });
  await finishLater();
  expect(done).toEqual(["worked"]);
});
