"use client";
import { FailureNote } from "@/components/accounts/failure-note";
import { PasswordInput } from "@/components/accounts/password-input";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { SignUp } from "@/lib/accounts/schema";
import { signUp } from "@/lib/client/people/accounts";

/** What a password must be, said before it is refused. */
export const passwordHelp = "At least 10 characters; a few words make a good one";

/** A person and their workspace; then on to the first steps. */
export function SignUpForm() {
  const form = useAccountForm(SignUp, {
    send: async (given) => {
      await signUp(given);
      location.assign("/start");
    },
  });
  return (
    <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field
        label="Workspace"
        help="Your team or product; its address is made from this"
        error={form.errors["workspaceName"]}
      >
        <Input name="workspaceName" size={40} autoComplete="organization" autoFocus maxLength={60} />
      </Field>
      <Field label="Email" error={form.errors["email"]}>
        <Input name="email" type="email" size={40} autoComplete="username" />
      </Field>
      <Field label="Password" help={passwordHelp} error={form.errors["password"]}>
        <PasswordInput name="password" kind="new" />
      </Field>
      <Button kind="primary" size={40} type="submit" busy={form.busy && "Creating"}>
        Create workspace
      </Button>
    </form>
  );
}
