"use client";
import { useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { NameAndDescription } from "@/components/forms/name-and-description";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { planDraftOf, planPlaces, readNewPlan, readPlanChange } from "@/components/plans/plan-draft";
import { planUse } from "@/components/plans/plan-use";
import { createPlan, plans, updatePlan } from "@/lib/client/plans";
import type { Plan } from "@/lib/plans/schema";

export interface PlanDialogProps {
  /** The plan to change; null makes one. */
  plan: Plan | null;
  onClose: () => void;
  /** Told of the plan as it is stored now. */
  onSaved: (plan: Plan) => void;
}

/** The form of a plan. A plan's name is its id, so it stays. */
export function PlanDialog({ plan, onClose, onSaved }: PlanDialogProps) {
  const first = useRef<HTMLInputElement>(null);
  const form = useDraftForm({
    first: () => planDraftOf(plan),
    judge: (draft) =>
      plan === null
        ? sending(readNewPlan(draft), (input, idempotencyKey) => createPlan({ ...input, idempotencyKey }))
        : sending(readPlanChange(draft, plan), (change) => updatePlan({ ...change, name: plan.name })),
    places: planPlaces,
    touches: [plans.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  const used = plan === null ? "" : planUse(plan);
  return (
    <FormDialog
      form={form}
      title={plan === null ? "Create plan" : `Edit ${plan.name}`}
      description={
        used === ""
          ? "Every key of it has these limits and quotas for itself."
          : `It holds at once for every key of it: ${used} name it.`
      }
      confirm={plan === null ? "Create plan" : "Save plan"}
      busy={plan === null ? "Creating" : "Saving"}
      initialFocus={first}
      onClose={onClose}
    >
      <NameAndDescription
        name={
          plan === null ? { help: "Keys and customers name it; it cannot change.", example: "pro" } : null
        }
        description={{ label: "Description", example: "For teams in production" }}
        draft={draft}
        errors={errors}
        first={first}
        onChange={edit}
      />
      <LimitFields draft={draft} onChange={edit} errors={errors} />
    </FormDialog>
  );
}
