"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { customerRoleOptions, customerRoleWords } from "@/components/customers/members/customer-roles";
import { InvitationLink } from "@/components/settings/members/invitation-link";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { Dialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Invite, type SentInvitation } from "@/lib/accounts/schema";
import { inviteMember, members } from "@/lib/client/people/members";
import type { Customer, CustomerRole } from "@/lib/customers/schema";

const formId = "invite-customer-member";

/** Invites someone to the customer's side; then the link, where no mail carries it. */
export function InviteCustomerMember({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const client = useQueryClient();
  const [role, setRole] = useState<CustomerRole>("developer");
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const form = useAccountForm(Invite, {
    extra: { role, customer: customer.id },
    send: async (input) => {
      const made = await inviteMember(input);
      void client.invalidateQueries({ queryKey: members.all });
      if (made.mailed) {
        toast({ text: `Invitation sent to ${made.invitation.email}. It works for 7 days.` });
        onClose();
      } else setSent(made);
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      size="narrow"
      title={`Invite to ${customer.name}`}
      description="They see this customer only."
      footer={
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
        )
      }
    >
      {sent?.link ? (
        <InvitationLink email={sent.invitation.email} link={sent.link} />
      ) : (
        <form id={formId} className="grid gap-4" method="post" noValidate onSubmit={form.submit}>
          <FailureNote text={form.failure} />
          <Field label="Email" error={form.errors["email"]}>
            <Input name="email" type="email" autoComplete="off" />
          </Field>
          <Field label="Role" help={customerRoleWords[role]} error={form.errors["role"]}>
            <Select options={customerRoleOptions} value={role} onChange={setRole} />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
