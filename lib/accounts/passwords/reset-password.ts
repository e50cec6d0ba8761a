import { addressGroup, countAttempt } from "@/lib/accounts/sign-in/attempts";
import { auditForUser } from "@/lib/accounts/audit-for-user";
import { later } from "@/lib/accounts/later";
import { hashPassword } from "@/lib/accounts/passwords/password";
import { isSameText, type ForgotPassword, type ResetPassword } from "@/lib/accounts/schema";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { forgiveAttempts } from "@/lib/accounts/sign-in/sign-in";
import { hashToken, newToken } from "@/lib/accounts/passwords/token";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { portalUrl } from "@/lib/env";
import { mailMode, sendMail } from "@/lib/mail/send";

const validMinutes = 60;

/** Said by the page and the API alike when no mail can be sent. */
export const resetIsOff = "Password reset is off here: this Latchkey cannot send mail. Ask whoever runs it.";

/**
 * Mails a link that sets a new password, if the address has an account. Answers before it looks, so words and time are
 * the same either way. At most three links an hour for one account. Throws `unavailable` when mail is off.
 */
export async function forgotPassword({ email }: ForgotPassword, address: string | null): Promise<void> {
  if (mailMode() === "off") throw new Problem("unavailable", resetIsOff);
  await countAttempt([{ name: `forgot-from:${addressGroup(address)}`, limit: 60, seconds: 3600 }]);
  later("mailing a reset link", () => mailResetLink(email));
}

/**
 * Sets a new password by a mailed token, once; ends every session of the person and every other link of theirs.
 * Throws `not-found` when the token is unknown, used or over, `invalid` when the password is the email address.
 */
export async function resetPassword(
  { token, password }: ResetPassword,
  address: string | null,
): Promise<void> {
  const tokenHash = hashToken(token);
  const known = await db().passwordReset.findUnique({ where: { tokenHash }, include: { user: true } });
  if (known === null) throw spent();
  refuseEmailAsPassword(password, known.user.email, "password");
  const passwordHash = await hashPassword(password);
  await db().$transaction(async (tx) => {
    await useToken(tx, tokenHash);
    await setPassword(tx, { userId: known.userId, passwordHash });
    await auditForUser(tx, { userId: known.userId, address, action: "accounts.reset-password" });
  });
  await Promise.all([sessionsChanged(known.userId), forgiveAttempts(known.user.email)]);
}

/** Whether a mailed reset token would still work; for the page, before someone types. */
export async function isResetToken(token: string): Promise<boolean> {
  const found = await db().passwordReset.findFirst({
    where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } },
  });
  return found !== null;
}

/** Writes the new hash and raises the generation, which ends every session issued before. Answers the generation. */
export async function setPassword(
  tx: Tx,
  { userId, passwordHash }: { userId: string; passwordHash: string },
): Promise<number> {
  const { sessionGeneration } = await tx.user.update({
    where: { id: userId },
    data: { passwordHash, sessionGeneration: { increment: 1 } },
  });
  await tx.passwordReset.updateMany({ where: { userId, usedAt: null }, data: { usedAt: new Date() } });
  return sessionGeneration;
}

/** Throws `invalid` on `field` when someone chooses their own address as password. */
export function refuseEmailAsPassword(password: string, email: string, field: string): void {
  if (!isSameText(password, email)) return;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: field, message: "must not be the email address" }],
  });
}

/** A guarded update: of two at once, one finds nothing left to use. */
async function useToken(tx: Tx, tokenHash: string): Promise<void> {
  const now = new Date();
  const { count } = await tx.passwordReset.updateMany({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  if (count === 0) throw spent();
}

function spent(): Problem {
  return new Problem("not-found", "This link was used or is over. Ask for a new one.");
}

async function mailResetLink(email: string): Promise<void> {
  const user = await db().user.findUnique({ where: { email } });
  if (user === null) return;
  const { token, tokenHash } = newToken();
  const now = Date.now();
  const recent = await db().passwordReset.count({
    where: { userId: user.id, expiresAt: { gt: new Date(now) } },
  });
  if (recent >= 3) return;
  await db().passwordReset.deleteMany({ where: { userId: user.id, expiresAt: { lt: new Date(now) } } });
  await db().passwordReset.create({
    data: { tokenHash, userId: user.id, expiresAt: new Date(now + validMinutes * 60_000) },
  });
  await sendMail({
    to: user.email,
    subject: "Set a new Latchkey password",
    lines: [
      `Someone asked for a new password for ${user.email} at ${portalUrl()}.`,
      "If it was you, set it here within 60 min:",
    ],
    link: `${portalUrl()}/reset?token=${token}`,
    closing: "If it was not you, there is nothing to do: the old password still works.",
  });
}
