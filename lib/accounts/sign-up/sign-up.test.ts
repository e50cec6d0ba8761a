import { afterEach, expect, test } from "vitest";
import { readSession } from "@/lib/accounts/session/session";
import { signUp } from "@/lib/accounts/sign-up/sign-up";
import { NewPassword, SignUp } from "@/lib/accounts/schema";
import { db } from "@/lib/db/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { createPerson, freshEmail, testPassword } from "@/lib/testing/person";

let restore = () => {};
afterEach(() => restore());

const input = (workspaceName: string, email = freshEmail()) => ({
  email,
  password: testPassword,
  workspaceName,
});

test("signing up makes a person, a workspace that is theirs, and the audit entry of it", async () => {
  const { user, actor, cookie } = await createPerson();
  const session = await readSession(cookie);
  expect(session).toMatchObject({ userId: user.id, workspaces: [{ id: actor.workspaceId, role: "owner" }] });
  const entries = await db().auditEntry.findMany({ where: { workspaceId: actor.workspaceId } });
  expect(entries.map((entry) => entry.action)).toEqual(["workspace.create"]);
});

test("of two sign-ups with one address at once, one succeeds and the other leaves nothing behind", async () => {
  const email = freshEmail();
  const names = ["First of two", "Second of two"];
  const results = await Promise.allSettled(names.map((name) => signUp(input(name, email), null)));
  const failed = results.filter((result) => result.status === "rejected");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).toMatchObject({ kind: "conflict" });
  expect(await db().membership.count({ where: { user: { email } } })).toBe(1);
});

test("workspaces of one name get addresses of their own, also at once", async () => {
  const name = `Acme ${freshEmail().slice(2, 10)}`;
  const made = await Promise.all(Array.from({ length: 6 }, () => signUp(input(name), null)));
  const slugs = made.map(({ workspace }) => workspace.slug);
  expect(new Set(slugs).size).toBe(6);
  expect(slugs).toContain(name.toLowerCase().replace(" ", "-"));
});

test.each(["API", "Keys", "datastore", "/healthz/", "new", "Sign in", "logs"])(
  "the name %j is refused, because its address is ours",
  async (name) => {
    await expect(signUp(input(name), null)).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "workspaceName" }] },
    });
  },
);

test("a name without Latin letters still gets an address", async () => {
  const { workspace } = await signUp(input("請求書"), null);
  expect(workspace.slug).toMatch(/^workspace-[a-z0-9]{6}$/);
  expect(workspace.name).toBe("請求書");
});

test("SIGN_UP=closed and, once there is an account, SIGN_UP=invite let nobody make one", async () => {
  await createPerson();
  for (const mode of ["closed", "invite"] as const) {
    restore = changeEnvironment({ SIGN_UP: mode });
    await expect(signUp(input("Late"), null)).rejects.toMatchObject({ kind: "forbidden" });
    restore();
  }
});

test.each([
  ["short", "too short"],
  ["password123", "too common"],
  ["PassWord1234", "too common in any case"],
  ["aaaaaaaaaaaaaaaa", "of one character"],
  ["é".repeat(513), "over 1024 bytes"],
])("the password %j is refused: %s", (password) => {
  expect(NewPassword.safeParse(password).success).toBe(false);
});

test("the address itself is no password, whatever its case", () => {
  const email = "Dana.Smith@Example.com";
  const parsed = SignUp.safeParse({ email, password: email.toUpperCase(), workspaceName: "Acme" });
  expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([["password"]]);
  expect(SignUp.parse({ email: ` ${email} `, password: testPassword, workspaceName: "Acme" }).email).toBe(
    email.toLowerCase(),
  );
});

test("unknown fields are refused", () => {
  expect(SignUp.safeParse({ ...input("Acme"), role: "owner" }).success).toBe(false);
});
