import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import type { Tx, db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { QuotaInput, RateLimitInput } from "@/lib/limits/schema";
import type { Plan } from "@/lib/plans/schema";

/** A plan is shown with how many use it. */
export const withCounts = {
  _count: { select: { keys: { where: { revokedAt: null } }, customers: true } },
} satisfies Prisma.PlanInclude;

/** One plan of the workspace, or `not-found`. */
export async function findPlan(client: Tx | ReturnType<typeof db>, workspaceId: string, name: string) {
  const row = await client.plan.findUnique({
    where: { workspaceId_name: { workspaceId, name } },
    include: withCounts,
  });
  if (row === null) throw new Problem("not-found", "There is no such plan.");
  return row;
}

/** The same, locked until the transaction ends: nobody can change it or begin to name it meanwhile. */
export async function lockPlan(tx: Tx, workspaceId: string, name: string) {
  await tx.$executeRaw`select 1 from plan where workspace_id = ${workspaceId} and name = ${name} for update`;
  return findPlan(tx, workspaceId, name);
}

/** A row as the API shows it. */
export function presentPlan(row: Awaited<ReturnType<typeof findPlan>>): Plan {
  const { keys, customers } = row._count;
  return {
    name: row.name,
    description: row.description,
    rateLimits: z.array(RateLimitInput).parse(row.rateLimits),
    quotas: z.array(QuotaInput).parse(row.quotas),
    keyCount: keys,
    customerCount: customers,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
