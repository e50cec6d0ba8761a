import type { AuthOptions, CookieOption, User } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import { cookieName, cookieOptions, portalIsSecure } from "@/lib/accounts/session/cookies";
import { sessionClaims, sessionSeconds } from "@/lib/accounts/sign-in/issue-session";
import { knownBrowser, knownBrowserSeconds } from "@/lib/accounts/sign-in/known-browser";
import { admitOauth, findOauthUser } from "@/lib/accounts/sign-in/oauth";
import { oauthProviders } from "@/lib/accounts/sign-in/oauth-providers";
import { requestAddress } from "@/lib/accounts/browser/request-address";
import { readSession } from "@/lib/accounts/session/session";
import { signIn } from "@/lib/accounts/sign-in/sign-in";
import { Problem } from "@/lib/api/problem";
import { subkey, subkeys } from "@/lib/crypto/subkey";
import { portalUrl } from "@/lib/env";
import { log } from "@/lib/log";

declare module "next-auth" {
  interface User {
    /** The generation that a session by password is issued under. */
    sessionGeneration?: number;
  }
}

const Given = z.object({ email: z.string(), password: z.string() });

/** next-auth for this request: password always, GitHub and Google when configured, sessions as encrypted cookies. */
export function authOptions(): AuthOptions {
  return {
    secret: subkey("session").toString("base64"),
    useSecureCookies: portalIsSecure(),
    cookies: {
      sessionToken: cookie("session"),
      callbackUrl: cookie("callback"),
      csrfToken: cookie("csrf"),
      pkceCodeVerifier: cookie("pkce", 900),
      state: cookie("state", 900),
      nonce: cookie("nonce"),
    },
    session: { strategy: "jwt", maxAge: sessionSeconds },
    jwt: {
      encode: ({ secret: _secret, ...given }) => encode({ ...given, secret: subkey("session") }),
      decode: decodeWithAny,
    },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [
      Credentials({ credentials: { email: {}, password: {} }, authorize: (given) => authorize(given) }),
      ...oauthProviders(),
    ],
    callbacks: { signIn: admit, jwt: claimsOf, redirect: ({ url }) => pageOfPortal(url) },
    events: { signIn: ({ user }) => rememberBrowser(user) },
    logger: {
      error: (code, detail) => log.warn({ code, err: errorOf(detail) }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

function cookie(name: Parameters<typeof cookieName>[0], maxAge?: number): CookieOption {
  return {
    name: cookieName(name),
    options: { ...cookieOptions(), ...(maxAge === undefined ? {} : { maxAge }) },
  };
}

/** A token sealed under the secret before still opens. */
async function decodeWithAny({ token, salt }: { token?: string; salt?: string }) {
  for (const secret of subkeys("session")) {
    const read = await decode({
      ...(token === undefined ? {} : { token }),
      ...(salt === undefined ? {} : { salt }),
      secret,
    }).catch(() => null);
    if (read !== null) return read;
  }
  return null;
}

async function authorize(given: Record<string, string> | undefined): Promise<User | null> {
  const input = Given.safeParse(given);
  if (!input.success) return null;
  try {
    const [head, jar] = await Promise.all([headers(), cookies()]);
    return await signIn({
      ...input.data,
      address: requestAddress(head),
      browser: jar.get(cookieName("browser"))?.value,
    });
  } catch (error) {
    if (error instanceof Problem) throw new Error(error.message, { cause: error });
    log.error({ err: error }, "a sign-in failed");
    throw new Error("Something failed here; nothing was changed. Try again.", { cause: error });
  }
}

type SignIn = NonNullable<NonNullable<AuthOptions["callbacks"]>["signIn"]>;
type Jwt = NonNullable<NonNullable<AuthOptions["callbacks"]>["jwt"]>;

const admit: SignIn = async ({ user, account }) => {
  if (account?.type !== "oauth") return true;
  const { provider, providerAccountId } = account;
  const person = {
    provider,
    providerAccountId,
    email: user.email?.toLowerCase() ?? null,
    name: user.name ?? "",
  };
  const admitted = await admitOauth(person, await readSession((await headers()).get("cookie")));
  return typeof admitted === "string" ? `${portalUrl()}/sign-in?error=${admitted}` : true;
};

/** At signing in: who, and under which generation. Later: the same, unless that session has ended. */
const claimsOf: Jwt = async ({ token, user, account }) => {
  if (account?.type === "credentials")
    return sessionClaims({ id: user.id, sessionGeneration: user.sessionGeneration ?? -1 });
  if (account !== null && account !== undefined) {
    const linked = await findOauthUser(account);
    if (linked === null) throw new Error("the account was unlinked meanwhile");
    return sessionClaims(linked);
  }
  if ((await readSession((await headers()).get("cookie"))) === null)
    throw new Error("this session has ended");
  return token;
};

function pageOfPortal(url: string): string {
  const base = portalUrl();
  const target = URL.canParse(url, base) ? new URL(url, base) : null;
  return target?.origin === base ? target.href : base;
}

async function rememberBrowser({ email }: User): Promise<void> {
  if (typeof email !== "string") return;
  (await cookies()).set(cookieName("browser"), knownBrowser(email), {
    ...cookieOptions(),
    maxAge: knownBrowserSeconds,
  });
}

function errorOf(detail: Error | object): string {
  const error = "error" in detail ? detail.error : detail;
  return error instanceof Error ? error.message : "unknown";
}
