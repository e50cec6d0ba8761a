"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { InvitationLink } from "@/components/settings/members/invitation-link";
import { roleOptions, roleWords } from "@/components/settings/members/role-options";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { Dialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Invite, type Role, type SentInvitation } from "@/lib/accounts/schema";
import { inviteMember, members } from "@/lib/client/people/members";

export interface InviteDialogProps {
  /** Of the person who invites. */
  role: Role;
  workspace: string;
  onClose: () => void;
}

const formId = "invite";

/** Email and role; then the link, where no mail carries it. */
export function InviteDialog({ role, workspace, onClose }: InviteDialogProps) {
  const client = useQueryClient();
  const [given, setGiven] = useState<Role>("developer");
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const form = useAccountForm(Invite, {
    extra: { role: given },
    send: async (input) => {
      const made = await inviteMember(input);
      void client.invalidateQueries({ queryKey: members.all });
      if (made.mailed) {
        toast({ text: `Invitation sent to ${made.invitation.email}. It works for 7 days.` });
        onClose();
      } else setSent(made);
    },
  });
  const footer =
    sent === null ? (
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" form={formId} busy={form.busy && "Inviting"}>
          Invite
        </Button>
      </>
    ) : (
      <Button kind="primary" onClick={onClose}>
        Done
      </Button>
    );
  return (
    <Dialog open onClose={onClose} size="narrow" title={`Invite to ${workspace}`} footer={footer}>
      {sent?.link ? (
        <InvitationLink email={sent.invitation.email} link={sent.link} />
      ) : (
        <form id={formId} className="grid gap-4" method="post" noValidate onSubmit={form.submit}>
          <FailureNote text={form.failure} />
          <Field label="Email" error={form.errors["email"]}>
            <Input name="email" type="email" autoComplete="off" />
          </Field>
          <Field label="Role" help={roleWords[given]} error={form.errors["role"]}>
            <Select options={roleOptions(role)} value={given} onChange={setGiven} />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
