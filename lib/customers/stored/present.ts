import { z } from "zod";
import { JsonObject } from "@/lib/db/json";
import type { Prisma } from "@/lib/db/generated/client";
import type { Customer } from "@/lib/customers/schema";
import { QuotaInput, RateLimitInput } from "@/lib/limits/schema";

/** What every reader of a customer row takes along: how many of its keys are not revoked. */
export const withKeyCount = {
  _count: { select: { keys: { where: { revokedAt: null } } } },
} satisfies Prisma.CustomerInclude;

/** A customer row with what {@link withKeyCount} takes along. */
export type StoredCustomer = Prisma.CustomerGetPayload<{ include: typeof withKeyCount }>;

/** A customer row as the API shows it. */
export function presentCustomer(row: StoredCustomer): Customer {
  return {
    id: row.id,
    externalId: row.externalId,
    name: row.name,
    status: row.disabledAt === null ? "active" : "disabled",
    metadata: JsonObject.parse(row.metadata),
    scopeCeiling: row.scopeCeiling,
    plan: row.plan,
    keyCountMax: row.keyCountMax,
    keyCount: row._count.keys,
    rateLimits: z.array(RateLimitInput).parse(row.rateLimits),
    quotas: z.array(QuotaInput).parse(row.quotas),
    disabledAt: row.disabledAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
