import { Check } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/accounts/auth-frame";
import { SignInForm } from "@/components/accounts/sign-in-form";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { readParam, type SearchParams } from "@/app/(auth)/search-params";
import { safePath } from "@/lib/accounts/format";
import { oauthNames } from "@/lib/accounts/sign-in/oauth-providers";
import { readVisitor } from "@/lib/accounts/session/visitor";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Sign in" };

/** Words for the ways in which GitHub, Google or next-auth send someone back. */
const refusals: Record<string, string> = {
  "has-password":
    "There is an account with that email. Sign in with its password, then connect GitHub or Google under Settings.",
  "linked-elsewhere": "That account is connected to another person here.",
  "no-email": "No verified email came with that account, so nobody was signed in.",
  "sign-up-closed": "There is no account for that email, and new ones are by invitation here.",
};
const unfinished = "Signing in there did not finish. Nothing was changed; try again.";

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const next = safePath(await readParam(searchParams, "next"));
  if ((await readVisitor()) !== null) redirect(next);
  const error = await readParam(searchParams, "error");
  const passwordSet = (await readParam(searchParams, "said")) === "password-set";
  return (
    <AuthCard title="Sign in" about="to your workspace">
      {passwordSet && (
        <Note tone="accent" icon={<Icon of={Check} />}>
          The password is set, and every session was ended. Sign in with it.
        </Note>
      )}
      <SignInForm
        next={next}
        providers={oauthNames()}
        refusal={error === null ? null : (refusals[error] ?? unfinished)}
      />
      {env().SIGN_UP === "open" && (
        <p className="muted">
          New here? <Link href="/sign-up">Create a workspace</Link>
        </p>
      )}
    </AuthCard>
  );
}
