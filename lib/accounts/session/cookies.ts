import { portalUrl } from "@/lib/env";

/** Whether the portal is reached by https, so that its cookies are `Secure` and bound to its host. */
export function portalIsSecure(): boolean {
  return portalUrl().startsWith("https://");
}

/** The full name of one of the portal's cookies. */
export function cookieName(
  name: "session" | "csrf" | "callback" | "pkce" | "state" | "nonce" | "browser",
): string {
  return `${portalIsSecure() ? "__Host-" : ""}latchkey-${name}`;
}

/** How each of them is set: unreadable by scripts, not sent along by other sites' forms. */
export function cookieOptions() {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: portalIsSecure() } as const;
}

/** Holds the slug of the workspace that the person looks at. Not a right: membership decides. */
export const workspaceCookieName = "latchkey-workspace";
