import type { z } from "zod";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { changedMembers } from "@/components/forms/json-text";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import {
  emptyLimits,
  limitsDraftOf,
  type LimitsDraft,
  limitsOf,
  unreadableLimits,
} from "@/components/keys/form/limits-draft";
import { CreatePlan, type Plan, UpdatePlan } from "@/lib/plans/schema";

/** A plan as it is typed. */
export interface PlanDraft extends LimitsDraft {
  name: string;
  description: string;
}

/** Where the API's refusals are shown. */
export const planPlaces: FieldPlaces = {
  fields: { name: "name", description: "description", rateLimits: "rateLimits", quotas: "quotaMonth" },
  entries: { rateLimits: "Limit" },
  conflict: "name",
};

/** The form of a plan that exists, or of one to be made. */
export function planDraftOf(plan: Plan | null): PlanDraft {
  if (plan === null) return { name: "", description: "", ...emptyLimits };
  return { name: plan.name, description: plan.description, ...limitsDraftOf(plan) };
}

/** Reads a new plan by the API's own schema. */
export function readNewPlan(draft: PlanDraft): ReadDraft<z.output<typeof CreatePlan>> {
  const early = unreadableLimits(draft);
  const { name, description } = draft;
  const parsed = CreatePlan.safeParse({ name, description, ...limitsOf(draft) });
  if (parsed.success && Object.keys(early).length === 0) return { input: parsed.data };
  return { errors: { ...(parsed.success ? {} : fieldErrors(parsed.error.issues, planPlaces)), ...early } };
}

/** Reads what was changed of a plan; null when nothing was. */
export function readPlanChange(draft: PlanDraft, plan: Plan): ReadDraft<z.output<typeof UpdatePlan>> {
  const early = unreadableLimits(draft);
  const parsed = UpdatePlan.safeParse({ description: draft.description, ...limitsOf(draft) });
  if (!parsed.success || Object.keys(early).length > 0)
    return { errors: { ...(parsed.success ? {} : fieldErrors(parsed.error.issues, planPlaces)), ...early } };
  const changed = changedMembers(parsed.data, plan);
  return { input: changed === null ? null : UpdatePlan.parse(changed) };
}
