"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { plans, removePlan } from "@/lib/client/plans";
import type { Plan } from "@/lib/plans/schema";

export interface DeletePlanProps {
  plan: Plan;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a plan goes. One that is in use stays, and the dialog says by whom. */
export function DeletePlan({ plan, onClose, onDeleted }: DeletePlanProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removePlan(plan.name),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: plans.detail(plan.name).queryKey });
      void client.invalidateQueries({ queryKey: plans.all });
    },
    onError: () => client.invalidateQueries({ queryKey: plans.all }),
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${plan.name}?`}
      description="Nothing names it but revoked keys, which lose its name."
      confirm="Delete plan"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <RefusalNote error={remove.error} />
    </ConfirmDialog>
  );
}
