"use client";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { ForgotPassword } from "@/lib/accounts/schema";
import { askForReset } from "@/lib/client/people/accounts";

export interface ForgotFormProps {
  /** Links are printed where Latchkey runs instead of mailed: development and the demo. */
  printed: boolean;
}

/** Asks for a link that sets a new password. Says the same whether the address has an account or not. */
export function ForgotForm({ printed }: ForgotFormProps) {
  const [asked, setAsked] = useState<string | null>(null);
  const form = useAccountForm(ForgotPassword, {
    send: async (given) => {
      await askForReset(given);
      setAsked(given.email);
    },
  });
  if (asked !== null)
    return (
      <div role="status">
        <Note tone="accent" icon={<Icon of={MailCheck} />}>
          If <b>{asked}</b> has an account, a link{" "}
          {printed ? "was printed where Latchkey runs" : "is on its way to it"}. It works for 60 min.
        </Note>
      </div>
    );
  return (
    <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field label="Email" error={form.errors["email"]}>
        <Input name="email" type="email" size={40} autoComplete="username" autoFocus />
      </Field>
      <Button kind="primary" size={40} type="submit" busy={form.busy && "Asking"}>
        Send the link
      </Button>
    </form>
  );
}
