import { insertUser } from "@/lib/accounts/sign-up/sign-up";
import type { Session } from "@/lib/accounts/session/session";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { db, type Tx } from "@/lib/db/client";
import { env } from "@/lib/env";

/** What GitHub or Google says of someone. `email` is null unless the provider verified it. */
export interface OauthPerson {
  provider: string;
  providerAccountId: string;
  email: string | null;
  name: string;
}

/** Why someone was not let in; the sign-in page has words for each. */
export type OauthRefusal = "no-email" | "has-password" | "sign-up-closed" | "linked-elsewhere";

/**
 * Lets someone in by GitHub or Google: the account linked before; else, for one who is signed in, theirs is linked;
 * else one with the same verified address and no password; else a new one, as SIGN_UP allows. An account with a
 * password is never linked by address alone, because whoever made it may not own the address.
 */
export async function admitOauth(
  person: OauthPerson,
  current: Session | null,
): Promise<SignedInUser | OauthRefusal> {
  return db().$transaction(async (tx) => {
    const known = (await tx.oauthAccount.findUnique(linkOf(person)))?.user;
    if (known !== undefined)
      return current === null || current.userId === known.id ? known : "linked-elsewhere";
    const user =
      current === null
        ? await userByAddress(tx, person)
        : await tx.user.findUniqueOrThrow({ where: { id: current.userId } });
    if (typeof user === "string") return user;
    const { provider, providerAccountId } = person;
    await tx.oauthAccount.create({ data: { provider, providerAccountId, userId: user.id } });
    return user;
  });
}

/** The person behind a linked GitHub or Google account, or null. */
export async function findOauthUser(
  account: Pick<OauthPerson, "provider" | "providerAccountId">,
): Promise<SignedInUser | null> {
  return (await db().oauthAccount.findUnique(linkOf(account)))?.user ?? null;
}

function linkOf({ provider, providerAccountId }: Pick<OauthPerson, "provider" | "providerAccountId">) {
  return {
    where: { provider_providerAccountId: { provider, providerAccountId } },
    include: { user: true },
  } as const;
}

async function userByAddress(tx: Tx, { email, name }: OauthPerson): Promise<SignedInUser | OauthRefusal> {
  if (email === null) return "no-email";
  const user = await tx.user.findUnique({ where: { email }, select: { passwordHash: true } });
  if (user?.passwordHash === null) return tx.user.findUniqueOrThrow({ where: { email } });
  if (user !== null) return "has-password";
  return (await maySignUp(tx, email))
    ? insertUser(tx, { email, name: name.slice(0, 100), passwordHash: null })
    : "sign-up-closed";
}

/** `invite` asks for an open invitation to this very address. */
async function maySignUp(tx: Tx, email: string): Promise<boolean> {
  switch (env().SIGN_UP) {
    case "open":
      return true;
    case "invite":
      return (
        (await tx.invitation.count({ where: { email, acceptedAt: null, expiresAt: { gt: new Date() } } })) > 0
      );
    case "closed":
      return false;
  }
}
