import { oauthNames } from "@/lib/accounts/sign-in/oauth-providers";
import { db } from "@/lib/db/client";

/** How a person can sign in: by password, and by which of the configured providers. */
export async function readWaysIn(
  userId: string,
): Promise<{ hasPassword: boolean; connections: { provider: "github" | "google"; connected: boolean }[] }> {
  const { passwordHash, accounts } = await db().user.findUniqueOrThrow({
    where: { id: userId },
    select: { passwordHash: true, accounts: { select: { provider: true } } },
  });
  const connections = oauthNames().map((provider) => ({
    provider,
    connected: accounts.some((one) => one.provider === provider),
  }));
  return { hasPassword: passwordHash !== null, connections };
}
