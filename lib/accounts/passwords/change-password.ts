import { addressGroup, countAttempt, emailTag, refundAttempt } from "@/lib/accounts/sign-in/attempts";
import { auditForUser } from "@/lib/accounts/audit-for-user";
import { hashPassword, isPassword } from "@/lib/accounts/passwords/password";
import { refuseEmailAsPassword, setPassword } from "@/lib/accounts/passwords/reset-password";
import type { ChangePassword } from "@/lib/accounts/schema";
import { sessionsChanged, type Session } from "@/lib/accounts/session/session";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";

/**
 * Changes one's own password and ends every session of the person; the caller issues a new one for this browser.
 * Throws `invalid` on `current` when it is not the password, `stale` when the password was changed meanwhile.
 */
export async function changePassword(
  session: Session,
  { current, next }: ChangePassword,
  address: string | null,
): Promise<Pick<SignedInUser, "id" | "email" | "sessionGeneration">> {
  const windows = [
    { name: `password-of:${emailTag(session.email)}:${addressGroup(address)}`, limit: 10, seconds: 900 },
  ];
  await countAttempt(windows);
  const user = await db().user.findUniqueOrThrow({
    where: { id: session.userId },
    select: { passwordHash: true },
  });
  if (user.passwordHash !== null && !(await isPassword(current ?? "", user.passwordHash))) throw wrong();
  await refundAttempt(windows);
  refuseEmailAsPassword(next, session.email, "next");
  const passwordHash = await hashPassword(next);
  const sessionGeneration = await db().$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: session.userId, passwordHash: user.passwordHash },
      data: { passwordHash },
    });
    if (count === 0)
      throw new Problem("stale", "The password was changed elsewhere just now; nothing was changed here.");
    const generation = await setPassword(tx, { userId: session.userId, passwordHash });
    await auditForUser(tx, { userId: session.userId, address, action: "accounts.change-password" });
    return generation;
  });
  await sessionsChanged(session.userId);
  return { id: session.userId, email: session.email, sessionGeneration };
}

function wrong(): Problem {
  return new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "current", message: "is not the current password" }],
  });
}
