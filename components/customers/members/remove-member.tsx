"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { dateText } from "@/components/ui/words/when";
import { customers, removeCustomerMember } from "@/lib/client/customers";
import type { Customer, CustomerMember } from "@/lib/customers/schema";

export interface RemoveCustomerMemberProps {
  customer: Customer;
  member: CustomerMember;
  onClose: () => void;
}

/** Asks before someone is taken off the customer's side. */
export function RemoveCustomerMember({ customer, member, onClose }: RemoveCustomerMemberProps) {
  const client = useQueryClient();
  const [openedMs] = useState(() => Date.now());
  const remove = useMutation({
    mutationFn: () => removeCustomerMember({ customer: customer.id, userId: member.userId }),
    onSuccess: () => {
      onClose();
      toast({ text: `${member.email} no longer sees ${customer.name}.` });
      return client.invalidateQueries({ queryKey: customers.members(customer.id).queryKey });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${member.email}?`}
      description={`They lose ${customer.name} at once, in every session. Keys that they made stay.`}
      confirm="Remove member"
      busy={remove.isPending && "Removing"}
      onConfirm={() => remove.mutate()}
    >
      <UsedLast
        items={[{ name: member.email, used: `${member.role} since ${dateText(member.createdAt, openedMs)}` }]}
      />
      <RefusalNote error={remove.error} />
    </ConfirmDialog>
  );
}
