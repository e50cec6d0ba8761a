"use client";
import Link from "next/link";
import { useState } from "react";
import { z } from "zod";
import { FailureNote } from "@/components/accounts/failure-note";
import { PasswordInput } from "@/components/accounts/password-input";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Email } from "@/lib/accounts/schema";
import { signInBy, signInByPassword } from "@/lib/client/people/accounts";

const SignIn = z.object({ email: Email, password: z.string().min(1, "must not be empty") });

const providerWords = { github: "GitHub", google: "Google" } as const;

export interface SignInFormProps {
  /** The path to go to, already checked to be one of the portal's own. */
  next: string;
  providers: readonly ("github" | "google")[];
  /** Why they are here again, e.g. after GitHub refused. */
  refusal?: string | null;
}

/** Email and password, or GitHub and Google where they are set up. */
export function SignInForm({ next, providers, refusal = null }: SignInFormProps) {
  const form = useAccountForm(SignIn, {
    send: async (given) => {
      const reason = await signInByPassword(given);
      if (reason !== null) return [{ path: "password", message: reason }];
      location.assign(next);
    },
  });
  const forgotten = <Link href="/forgot">Forgotten?</Link>;
  return (
    <>
      <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
        <FailureNote text={form.failure ?? refusal} />
        <Field label="Email" error={form.errors["email"]}>
          <Input name="email" type="email" size={40} autoComplete="username" autoFocus />
        </Field>
        <Field label="Password" aside={forgotten} error={form.errors["password"]}>
          <PasswordInput name="password" kind="current" />
        </Field>
        <Button kind="primary" size={40} type="submit" busy={form.busy && "Signing in"}>
          Sign in
        </Button>
      </form>
      {providers.length > 0 && <OtherWays next={next} providers={providers} />}
    </>
  );
}

function OtherWays({ next, providers }: Pick<SignInFormProps, "next" | "providers">) {
  const [leaving, setLeaving] = useState<string | null>(null);
  const leave = (provider: "github" | "google") => {
    setLeaving(provider);
    signInBy(provider, next).catch(() => setLeaving(null));
  };
  return (
    <>
      <div className="or">
        <span>or continue with</span>
      </div>
      <div className="two-btn">
        {providers.map((provider) => (
          <Button
            key={provider}
            size={40}
            busy={leaving === provider && "Leaving"}
            onClick={() => leave(provider)}
          >
            {providerWords[provider]}
          </Button>
        ))}
      </div>
    </>
  );
}
