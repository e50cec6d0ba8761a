"use client";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { CreateWorkspace } from "@/lib/accounts/schema";
import { createWorkspace } from "@/lib/client/people/accounts";

/** A workspace for someone who is signed in and belongs to none. */
export function CreateWorkspaceForm() {
  const form = useAccountForm(CreateWorkspace, {
    send: async (given) => {
      await createWorkspace(given);
      location.assign("/start");
    },
  });
  return (
    <form className="grid gap-5" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field
        label="Workspace"
        help="Your team or product; its address is made from this"
        error={form.errors["name"]}
      >
        <Input name="name" size={40} autoComplete="organization" autoFocus maxLength={60} />
      </Field>
      <Button kind="primary" size={40} type="submit" busy={form.busy && "Creating"}>
        Create workspace
      </Button>
    </form>
  );
}
