"use client";
import { useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { planDraftOf, planPlaces, readNewPlan, readPlanChange } from "@/components/plans/plan-draft";
import { planUse } from "@/components/plans/plan-use";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
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
      {plan === null && (
        <Field label="Name" help="Keys and customers name it; it cannot change." error={errors["name"]}>
          <Input
            ref={first}
            className="mono"
            value={draft.name}
            placeholder="pro"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => edit({ name: event.target.value })}
          />
        </Field>
      )}
      <Field label="Description" error={errors["description"]}>
        <Input
          ref={plan === null ? undefined : first}
          value={draft.description}
          placeholder="For teams in production"
          autoComplete="off"
          onChange={(event) => edit({ description: event.target.value })}
        />
      </Field>
      <LimitFields draft={draft} onChange={edit} errors={errors} />
    </FormDialog>
  );
}
