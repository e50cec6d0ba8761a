"use client";
import { FailureNote } from "@/components/accounts/failure-note";
import { PasswordInput } from "@/components/accounts/password-input";
import { passwordHelp } from "@/components/accounts/sign-up-form";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { homePath } from "@/lib/accounts/format";
import { AcceptInvitation } from "@/lib/accounts/schema";
import { acceptInvitation } from "@/lib/client/people/accounts";

export interface InvitationFormProps {
  token: string;
  email: string;
  /** Whether they choose a password now; else the person signed in accepts. */
  isNew: boolean;
}

/** Accepts an invitation and goes into the workspace. */
export function InvitationForm({ token, email, isNew }: InvitationFormProps) {
  const form = useAccountForm(AcceptInvitation, {
    extra: { token },
    send: async (given) => {
      await acceptInvitation(given);
      location.assign(homePath);
    },
  });
  return (
    <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      {isNew && (
        <>
          {/* Password managers keep the address with the password. */}
          <input
            className="vh"
            type="email"
            autoComplete="username"
            value={email}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
          <Field label="Password" help={passwordHelp} error={form.errors["password"]}>
            <PasswordInput name="password" kind="new" autoFocus />
          </Field>
        </>
      )}
      <Button kind="primary" size={40} type="submit" busy={form.busy && "Accepting"}>
        Accept
      </Button>
    </form>
  );
}
