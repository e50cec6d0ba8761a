"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CustomerUse } from "@/components/customers/customer-use";
import { countText } from "@/components/customers/disable-customer";
import { Checkbox } from "@/components/ui/form/choice";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { customers, removeCustomer } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import type { Customer } from "@/lib/customers/schema";

export interface DeleteCustomerProps {
  customer: Customer;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a customer goes; its keys are revoked only when that is said. */
export function DeleteCustomer({ customer, onClose, onDeleted }: DeleteCustomerProps) {
  const client = useQueryClient();
  const [revokeKeys, setRevokeKeys] = useState(false);
  const remove = useMutation({
    mutationFn: () => removeCustomer({ id: customer.id, revokeKeys }),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: customers.detail(customer.id).queryKey });
      for (const queryKey of [customers.all, keys.all, ["shell-facts"]])
        void client.invalidateQueries({ queryKey });
    },
    onError: () => client.invalidateQueries({ queryKey: customers.detail(customer.id).queryKey }),
  });
  const held = countText(customer.keyCount, "key");
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${customer.name}?`}
      description="Its members, invitations and portal sessions go with it. Recorded decisions, usage and revoked keys stay. This cannot be undone; disabling it can."
      confirm="Delete customer"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <CustomerUse customer={customer} />
      {customer.keyCount > 0 && (
        <Checkbox checked={revokeKeys} onChange={(event) => setRevokeKeys(event.target.checked)}>
          Revoke its {held} first
        </Checkbox>
      )}
      <RefusalNote error={remove.error} />
    </ConfirmDialog>
  );
}
