import { z } from "zod";
import { KeyName, Metadata } from "@/lib/keys/schema";
import { QuotaInput, Quotas, RateLimitInput, RateLimits } from "@/lib/limits/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";
import { PlanName } from "@/lib/plans/schema";
import { GrantedScopes } from "@/lib/scopes/schema";

/** Most keys that a customer may be allowed. */
const keyCountMaxMax = 1_000_000;

const ExternalId = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200, "must have at most 200 characters")
  .refine((text) => !/\p{C}/u.test(text), "must not hold control characters")
  .refine((text) => !/^\.{1,2}$/.test(text), "must not be . or .., which no address can hold")
  .refine((text) => !text.startsWith("cus_"), "must not begin with cus_, as our own ids do")
  .describe("The provider's own id of the customer, unique in the workspace");

const CustomerName = KeyName.describe("1–100 characters");

const ScopeCeiling = GrantedScopes.describe(
  "What its keys may hold at most; `*:*` is every scope of the workspace and none of the platform",
);

const KeyCountMax = z
  .number()
  .int()
  .min(0)
  .max(keyCountMaxMax)
  .nullable()
  .describe("How many keys it may have that are not revoked; null for any number");

/** `POST /customers`. */
export const CreateCustomer = z
  .strictObject({
    externalId: ExternalId,
    name: CustomerName,
    metadata: Metadata.default({}),
    scopeCeiling: ScopeCeiling.default(["*:*"]),
    plan: PlanName.nullable()
      .default(null)
      .describe("Name of the plan of its keys that name none themselves"),
    keyCountMax: KeyCountMax.default(null),
    rateLimits: RateLimits.default([]).describe("Limits that all its keys share"),
    quotas: Quotas.default([]).describe("Quotas that all its keys share"),
  })
  .meta({ id: "CreateCustomer" });
export type CreateCustomer = z.output<typeof CreateCustomer>;

/** `PATCH /customers/{id}`: what is left out stays. `disabled` stops and starts all its keys, members and sessions. */
export const UpdateCustomer = z
  .strictObject({
    externalId: ExternalId.optional(),
    name: CustomerName.optional(),
    metadata: Metadata.optional(),
    scopeCeiling: ScopeCeiling.optional(),
    plan: PlanName.nullable().optional(),
    keyCountMax: KeyCountMax.optional(),
    rateLimits: RateLimits.optional(),
    quotas: Quotas.optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: "UpdateCustomer" });
export type UpdateCustomer = z.output<typeof UpdateCustomer>;

export const CustomerStatus = z.enum(["active", "disabled"]);
export type CustomerStatus = z.output<typeof CustomerStatus>;

/** A B2B customer of the workspace. Times are RFC 3339 UTC. */
export const Customer = z
  .object({
    id: z.string(),
    externalId: z.string(),
    name: z.string(),
    status: CustomerStatus.describe("`disabled`: every key of it is refused"),
    metadata: z.record(z.string(), z.json()).meta({ type: "object", additionalProperties: true }),
    scopeCeiling: z.array(z.string()),
    plan: z.string().nullable(),
    keyCountMax: z.number().int().nullable(),
    keyCount: z.number().int().describe("Its keys that are not revoked"),
    rateLimits: z.array(RateLimitInput),
    quotas: z.array(QuotaInput),
    disabledAt: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Customer" });
export type Customer = z.output<typeof Customer>;

/** `GET /customers`, newest first. */
export const ListCustomers = PageQuery.extend({
  q: z.string().trim().max(200).optional().describe("Part of name, id or external id"),
  status: CustomerStatus.optional(),
  externalId: z.string().max(200).optional().describe("Exactly"),
  plan: z.string().max(100).optional().describe("Those whose keys this plan is for"),
}).strict();
export type ListCustomers = z.output<typeof ListCustomers>;

export const CustomerPage = pageOf(Customer).meta({ id: "CustomerPage" });
export type CustomerPage = z.output<typeof CustomerPage>;

/** `DELETE /customers/{id}`. */
export const DeleteCustomer = z.strictObject({
  revokeKeys: z
    .enum(["true", "false"])
    .default("false")
    .describe("`true` revokes its keys first; else a customer with keys that are not revoked stays"),
});

/** What a member of a customer may do there: an admin also manages its members. */
export const CustomerRole = z.enum(["admin", "developer", "viewer"]).meta({ id: "CustomerRole" });
export type CustomerRole = z.output<typeof CustomerRole>;

/** A person of a customer. */
export const CustomerMember = z
  .object({
    userId: z.string(),
    email: z.string(),
    name: z.string(),
    role: CustomerRole,
    createdAt: z.string(),
  })
  .meta({ id: "CustomerMember" });
export type CustomerMember = z.output<typeof CustomerMember>;

export const CustomerMemberPage = pageOf(CustomerMember).meta({ id: "CustomerMemberPage" });

/** What `PATCH /customers/{id}/members/{userId}` takes. */
export const UpdateCustomerMember = z
  .strictObject({ role: CustomerRole })
  .meta({ id: "UpdateCustomerMember" });
export type UpdateCustomerMember = z.output<typeof UpdateCustomerMember>;
