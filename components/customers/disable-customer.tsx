"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CustomerUse } from "@/components/customers/customer-use";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { customers, updateCustomer } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import type { Customer } from "@/lib/customers/schema";

/** `no key`, `1 key`, `12 keys`. */
export function countText(count: number, noun: string): string {
  if (count === 0) return `no ${noun}`;
  return count === 1 ? `1 ${noun}` : `${count.toLocaleString("en")} ${noun}s`;
}

/** Asks before everything of a customer is refused: what that stops, and what of it was used last. */
export function DisableCustomer({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const client = useQueryClient();
  const disable = useMutation({
    mutationFn: () => updateCustomer({ id: customer.id, disabled: true }),
    onSuccess: () => {
      onClose();
      toast({ tone: "changed", text: `${customer.name} is disabled. Its keys are refused from now on.` });
      void client.invalidateQueries({ queryKey: keys.all });
      return client.invalidateQueries({ queryKey: customers.all });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Disable ${customer.name}?`}
      description={`This stops ${countText(customer.keyCount, "key")}, its members and its portal sessions at once. Enabling it starts them again.`}
      confirm="Disable customer"
      busy={disable.isPending && "Disabling"}
      onConfirm={() => disable.mutate()}
    >
      <CustomerUse customer={customer} />
      <RefusalNote error={disable.error} />
    </ConfirmDialog>
  );
}
