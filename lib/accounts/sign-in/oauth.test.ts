import { afterEach, expect, test } from "vitest";
import { invite } from "@/lib/accounts/members/invitations";
import { admitOauth, type OauthPerson } from "@/lib/accounts/sign-in/oauth";
import { oauthNames, oauthProviders } from "@/lib/accounts/sign-in/oauth-providers";
import { readSession } from "@/lib/accounts/session/session";
import { db } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { createPerson, freshEmail } from "@/lib/testing/person";

let restore = () => {};
afterEach(() => restore());

const atGithub = (email: string | null): OauthPerson => ({
  provider: "github",
  providerAccountId: randomBase62(12),
  email,
  name: "Dana",
});

test("someone new gets an account by their verified address, and the same one the next time", async () => {
  const person = atGithub(freshEmail());
  const first = await admitOauth(person, null);
  expect(first).toMatchObject({ email: person.email, sessionGeneration: 0 });
  expect(await admitOauth({ ...person, email: freshEmail() }, null)).toMatchObject({ email: person.email });
});

test("an account with a password is not taken over by its address alone, but linked by whoever is signed in to it", async () => {
  const { user, cookie } = await createPerson();
  const person = atGithub(user.email);
  expect(await admitOauth(person, null)).toBe("has-password");
  expect(await admitOauth(person, await readSession(cookie))).toMatchObject({ id: user.id });
  expect(await admitOauth(person, null)).toMatchObject({ id: user.id });
});

test("two ways without a password lead to the one account of their verified address", async () => {
  const email = freshEmail();
  const first = await admitOauth(atGithub(email), null);
  const second = await admitOauth({ ...atGithub(email), provider: "google" }, null);
  expect(second).toEqual(first);
});

test("a linked account is not moved to another person", async () => {
  const [one, other] = [await createPerson(), await createPerson()];
  const person = atGithub(freshEmail());
  await admitOauth(person, await readSession(one.cookie));
  expect(await admitOauth(person, await readSession(other.cookie))).toBe("linked-elsewhere");
});

test("without a verified address nobody is let in or made", async () => {
  const before = await db().oauthAccount.count();
  expect(await admitOauth(atGithub(null), null)).toBe("no-email");
  expect(await db().oauthAccount.count()).toBe(before);
});

test("SIGN_UP holds for GitHub and Google too: closed lets nobody new in, invite only the invited", async () => {
  const { actor } = await createPerson();
  const email = freshEmail();
  await invite(actor, { email, role: "viewer" });
  restore = changeEnvironment({ SIGN_UP: "closed" });
  expect(await admitOauth(atGithub(email), null)).toBe("sign-up-closed");
  restore();
  restore = changeEnvironment({ SIGN_UP: "invite" });
  expect(await admitOauth(atGithub(freshEmail()), null)).toBe("sign-up-closed");
  expect(await admitOauth(atGithub(email), null)).toMatchObject({ email });
});

test("GitHub and Google are offered only when configured", () => {
  expect([oauthNames(), oauthProviders()]).toEqual([[], []]);
  restore = changeEnvironment({
    GITHUB_ID: "id",
    GITHUB_SECRET: "secret",
    GOOGLE_ID: "id",
    GOOGLE_SECRET: "secret",
  });
  expect(oauthNames()).toEqual(["github", "google"]);
  expect(oauthProviders().map(({ id }) => id)).toEqual(["github", "google"]);
});
