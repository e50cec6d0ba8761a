import { addressGroup, countAttempt } from "@/lib/accounts/sign-in/attempts";
import { insertWorkspace } from "@/lib/accounts/sign-up/create-workspace";
import { hashPassword } from "@/lib/accounts/passwords/password";
import type { NewWorkspace, SignUp } from "@/lib/accounts/schema";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { slugOf } from "@/lib/accounts/sign-up/slug";
import { Problem } from "@/lib/api/problem";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { env } from "@/lib/env";

const closed = "Sign-up is closed here. Ask whoever runs this Latchkey.";
const byInvitation = "Sign-up is by invitation here. Ask a member of a workspace for one.";

/** Why nobody can sign up now, in a sentence, or null; for the page, before someone types. */
export async function signUpRefusal(): Promise<string | null> {
  switch (env().SIGN_UP) {
    case "open":
      return null;
    case "closed":
      return closed;
    case "invite":
      return (await db().user.count()) === 0 ? null : byInvitation;
  }
}

/**
 * Makes a person, their workspace and their ownership of it, all or nothing. `SIGN_UP=invite` lets only the very first
 * account of an installation in this way, `closed` none. Throws `forbidden`, `conflict` (the address has an account),
 * `invalid` (a reserved name) or `rate-limited`.
 */
export async function signUp(
  input: SignUp,
  address: string | null,
): Promise<{ user: SignedInUser; workspace: NewWorkspace }> {
  if (env().SIGN_UP === "closed") throw new Problem("forbidden", closed);
  await countAttempt([{ name: `sign-up-from:${addressGroup(address)}`, limit: 300, seconds: 3600 }]);
  const slug = slugOf(input.workspaceName, "workspaceName");
  const passwordHash = await hashPassword(input.password);
  return db().$transaction(async (tx) => {
    if (env().SIGN_UP === "invite") await requireFirstAccount(tx);
    const user = await insertUser(tx, { email: input.email, name: input.name ?? "", passwordHash });
    const maker = { userId: user.id, email: user.email, address };
    return { user, workspace: await insertWorkspace(tx, { maker, name: input.workspaceName, slug }) };
  });
}

/** Adds a person; throws `conflict` when the address has an account. `passwordHash` is null for GitHub and Google. */
export async function insertUser(
  tx: Tx,
  person: { email: string; name: string; passwordHash: string | null },
): Promise<SignedInUser> {
  return orConflict(
    tx.user.create({ data: { id: newId("user"), ...person } }),
    "There is an account with this email already; sign in instead.",
  );
}

/** Under a lock, so that of two first accounts at once one is refused. */
async function requireFirstAccount(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey first account'))`;
  if ((await tx.user.count()) > 0) throw new Problem("forbidden", byInvitation);
}
