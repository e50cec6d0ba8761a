import type { AttemptWindow } from "@/lib/accounts/sign-in/attempts";
import {
  addressGroup,
  clearAttempts,
  countAttempt,
  emailTag,
  refundAttempt,
} from "@/lib/accounts/sign-in/attempts";
import { auditForUser } from "@/lib/accounts/audit-for-user";
import { knownBrowserId } from "@/lib/accounts/sign-in/known-browser";
import { later } from "@/lib/accounts/later";
import { hashPassword, isOutdated, isPassword } from "@/lib/accounts/passwords/password";
import { Email, passwordBytesMax } from "@/lib/accounts/schema";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";

/** What someone presents at the door. `browser` is the known-browser cookie, if there is one. */
export interface Attempt {
  email: string;
  password: string;
  address: string | null;
  browser: string | undefined;
}

/** A person and the generation that their new session is issued under. */
export interface SignedInUser {
  id: string;
  email: string;
  name: string;
  sessionGeneration: number;
}

const windowSeconds = 15 * 60;

function windowsOf(
  email: string,
  { address, browser }: Pick<Attempt, "address" | "browser">,
): AttemptWindow[] {
  const account = emailTag(email);
  const browserId = knownBrowserId(email, browser);
  if (browserId !== null)
    return [{ name: `browser:${account}:${browserId}`, limit: 10, seconds: windowSeconds }];
  const from = addressGroup(address);
  return [
    { name: `account-from:${account}:${from}`, limit: 10, seconds: windowSeconds },
    { name: `account:${account}`, limit: 50, seconds: windowSeconds },
    { name: `from:${from}`, limit: 100, seconds: windowSeconds },
  ];
}

/**
 * Lets a person in by email and password. Throws `rate-limited` after ten wrong tries of one account from one address
 * (fifty from all unknown browsers, a hundred wrong tries from one address, each in 15 min), else `unauthorized` with
 * the same words and the same work whether the account exists or not.
 */
export async function signIn(attempt: Attempt): Promise<SignedInUser> {
  const email = Email.safeParse(attempt.email);
  const password = attempt.password.slice(0, 4 * passwordBytesMax);
  const account = email.success ? email.data : attempt.email.slice(0, 254).toLowerCase();
  const windows = windowsOf(account, attempt);
  await countAttempt(windows);
  const user = email.success ? await findForSignIn(email.data) : null;
  const fits = await isPassword(password, user?.passwordHash ?? null);
  if (user === null || user.passwordHash === null || !fits) {
    if (user !== null) reportFailure(user.id, attempt.address);
    throw new Problem("unauthorized", "Email or password is wrong.");
  }
  const [own, ...shared] = windows;
  if (own !== undefined) await clearAttempts([own.name]);
  await refundAttempt(shared);
  if (isOutdated(user.passwordHash)) renewHash(user.id, user.passwordHash, password);
  return { id: user.id, email: user.email, name: user.name, sessionGeneration: user.sessionGeneration };
}

/** After a reset by mail the owner of the mailbox is not held up by what others tried. */
export function forgiveAttempts(email: string): Promise<void> {
  return clearAttempts([`account:${emailTag(email)}`]);
}

function findForSignIn(email: string) {
  return db().user.findUnique({
    where: { email },
    select: { id: true, email: true, name: true, passwordHash: true, sessionGeneration: true },
  });
}

/** After the answer, which so takes as long as for an account that does not exist. */
function reportFailure(userId: string, address: string | null): void {
  later("recording a refused sign-in", () =>
    db().$transaction((tx) => auditForUser(tx, { userId, address, action: "accounts.refuse-sign-in" })),
  );
}

/** The work factor changed: hash again, unless the password changed meanwhile. */
function renewHash(userId: string, passwordHash: string, password: string): void {
  later("hashing a password again", async () => {
    const renewed = await hashPassword(password);
    await db().user.updateMany({ where: { id: userId, passwordHash }, data: { passwordHash: renewed } });
  });
}
