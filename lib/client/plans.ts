import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { Plan, CreatePlan, ListPlans, UpdatePlan } from "@/lib/plans/schema";

/** How a list of plans is narrowed and paged. */
export type PlanFilters = Partial<z.output<typeof ListPlans>>;

const schemas = () => import("@/lib/plans/schema");

export const plans = {
  all: ["plans"] as const,
  list: (filters: PlanFilters = {}) =>
    queryOptions({
      queryKey: [...plans.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).PlanPage, { path: "/plans", query: { ...filters }, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (name: string) =>
    queryOptions({
      queryKey: [...plans.all, "detail", name] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Plan, { path: pathOf`/plans/${name}`, signal }),
    }),
};

/** Repeating with the same `idempotencyKey` answers the same plan again. */
export function createPlan({
  idempotencyKey,
  ...input
}: z.input<typeof CreatePlan> & { idempotencyKey: string }): Promise<Plan> {
  return request(async () => (await schemas()).Plan, {
    method: "POST",
    path: "/plans",
    body: input,
    idempotencyKey,
  });
}

/** What is left out stays. All keys of the plan live by it from the next call on. */
export function updatePlan({
  name,
  ...change
}: z.input<typeof UpdatePlan> & { name: string }): Promise<Plan> {
  return request(async () => (await schemas()).Plan, {
    method: "PATCH",
    path: pathOf`/plans/${name}`,
    body: change,
  });
}

/** Refused while a customer, or a key that is not revoked, names it. */
export function removePlan(name: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/plans/${name}` });
}
