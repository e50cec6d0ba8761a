"use client";
import { FailureNote } from "@/components/accounts/failure-note";
import { PasswordInput } from "@/components/accounts/password-input";
import { passwordHelp } from "@/components/accounts/sign-up-form";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { ResetPassword } from "@/lib/accounts/schema";
import { resetPassword } from "@/lib/client/people/accounts";

/** Sets a new password by the token of a mailed link. */
export function ResetForm({ token }: { token: string }) {
  const form = useAccountForm(ResetPassword, {
    extra: { token },
    send: async (given) => {
      await resetPassword(given);
      location.assign("/sign-in?said=password-set");
    },
  });
  return (
    <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field label="New password" help={passwordHelp} error={form.errors["password"]}>
        <PasswordInput name="password" kind="new" autoFocus />
      </Field>
      <Button kind="primary" size={40} type="submit" busy={form.busy && "Setting"}>
        Set password
      </Button>
    </form>
  );
}
