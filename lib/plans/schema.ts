import { z } from "zod";
import { QuotaInput, Quotas, RateLimitInput, RateLimits } from "@/lib/limits/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** A plan's name is its id: keys and customers name it, so it never changes. */
export const PlanName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, "must be 1–40 of a–z, 0–9, dot, dash, underscore");

const Description = z.string().trim().max(500, "must have at most 500 characters");

/** A named tier. Each key of it has these limits and quotas for itself; both lists empty means unlimited. */
export const Plan = z
  .object({
    name: z.string(),
    description: z.string(),
    rateLimits: z.array(RateLimitInput),
    quotas: z.array(QuotaInput),
    keyCount: z.number().int().describe("Keys that name it themselves"),
    customerCount: z.number().int().describe("Customers whose keys it is for"),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Plan" });
export type Plan = z.output<typeof Plan>;

/** `POST /plans`. */
export const CreatePlan = z
  .strictObject({
    name: PlanName,
    description: Description.default(""),
    rateLimits: RateLimits.default([]),
    quotas: Quotas.default([]),
  })
  .meta({ id: "CreatePlan" });
export type CreatePlan = z.output<typeof CreatePlan>;

/** `PATCH /plans/{name}`: what is left out stays. */
export const UpdatePlan = z
  .strictObject({
    description: Description.optional(),
    rateLimits: RateLimits.optional(),
    quotas: Quotas.optional(),
  })
  .refine((given) => Object.keys(given).length > 0, "must change something")
  .meta({ id: "UpdatePlan" });
export type UpdatePlan = z.output<typeof UpdatePlan>;

/** `GET /plans`, by name. */
export const ListPlans = PageQuery.extend({
  q: z.string().trim().min(1).max(200).optional().describe("Part of name or description"),
}).strict();
export type ListPlans = z.output<typeof ListPlans>;

export const PlanPage = pageOf(Plan).meta({ id: "PlanPage" });
export type PlanPage = z.output<typeof PlanPage>;
