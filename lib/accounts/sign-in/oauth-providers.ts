import type { Provider } from "next-auth/providers/index";
import Github from "next-auth/providers/github";
import Google from "next-auth/providers/google";
import { z } from "zod";
import { env } from "@/lib/env";

const GithubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));
const GithubProfile = z.looseObject({ id: z.number(), login: z.string(), name: z.string().nullish() });

/** Names of the configured ways to sign in beside the password, as the page shows them. */
export function oauthNames(): readonly ("github" | "google")[] {
  const { GITHUB_ID, GOOGLE_ID } = env();
  return [
    ...(GITHUB_ID === undefined ? [] : (["github"] as const)),
    ...(GOOGLE_ID === undefined ? [] : (["google"] as const)),
  ];
}

/** GitHub and Google, each only when configured, with an email only when it is verified there. */
export function oauthProviders(): Provider[] {
  const { GITHUB_ID, GITHUB_SECRET, GOOGLE_ID, GOOGLE_SECRET } = env();
  return [
    ...(GITHUB_ID !== undefined && GITHUB_SECRET !== undefined ? [github(GITHUB_ID, GITHUB_SECRET)] : []),
    ...(GOOGLE_ID !== undefined && GOOGLE_SECRET !== undefined ? [google(GOOGLE_ID, GOOGLE_SECRET)] : []),
  ];
}

/** GitHub's profile shows any address; the list of addresses says which is primary and verified. */
function github(clientId: string, clientSecret: string): Provider {
  return Github({
    clientId,
    clientSecret,
    userinfo: {
      url: "https://api.github.com/user",
      async request({ tokens }) {
        const headers = {
          authorization: `Bearer ${tokens.access_token ?? ""}`,
          accept: "application/vnd.github+json",
        };
        const [profile, emails] = await Promise.all(
          ["user", "user/emails"].map((path) =>
            fetch(`https://api.github.com/${path}`, { headers }).then((answer) => answer.json()),
          ),
        );
        const email = GithubEmails.parse(emails).find((one) => one.primary && one.verified)?.email;
        const { id, login, name } = GithubProfile.parse(profile);
        return { sub: String(id), name: name ?? login, ...(email === undefined ? {} : { email }) };
      },
    },
    profile: ({ sub, name, email }) => ({ id: String(sub), name, email }),
  });
}

function google(clientId: string, clientSecret: string): Provider {
  return Google({
    clientId,
    clientSecret,
    profile: ({ sub, name, email, email_verified: verified }) => ({
      id: sub,
      name,
      email: verified ? email : null,
    }),
  });
}
