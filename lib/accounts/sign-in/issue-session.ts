import { serialize } from "hono/utils/cookie";
import { encode } from "next-auth/jwt";
import { cookieName, cookieOptions } from "@/lib/accounts/session/cookies";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { knownBrowser, knownBrowserSeconds } from "@/lib/accounts/sign-in/known-browser";
import { subkey } from "@/lib/crypto/subkey";

/** How long a session lasts, in seconds: two weeks from signing in. */
export const sessionSeconds = 14 * 24 * 3600;

/** What the session cookie holds. */
export function sessionClaims(user: Pick<SignedInUser, "id" | "sessionGeneration">) {
  return { sub: user.id, generation: user.sessionGeneration };
}

/** `Set-Cookie` values that sign someone in: the session, and this browser as one that they use. */
export async function issueSession(
  user: Pick<SignedInUser, "id" | "email" | "sessionGeneration">,
): Promise<string[]> {
  const token = await encode({
    token: sessionClaims(user),
    secret: subkey("session"),
    maxAge: sessionSeconds,
  });
  return [
    serialize(cookieName("session"), token, { ...cookieOptions(), maxAge: sessionSeconds }),
    serialize(cookieName("browser"), knownBrowser(user.email), {
      ...cookieOptions(),
      maxAge: knownBrowserSeconds,
    }),
  ];
}
