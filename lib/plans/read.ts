import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import type { ListPlans, Plan, PlanPage } from "@/lib/plans/schema";
import { findPlan, presentPlan, withCounts } from "@/lib/plans/stored-plan";

const list = "plans";

/** One plan. Needs `read:plans`. Throws `not-found`. */
export async function readPlan(actor: Actor, name: string): Promise<Plan> {
  requireScope(actor, "read:plans");
  requireProvider(actor);
  return presentPlan(await findPlan(db(), actor.workspaceId, name));
}

/** The workspace's plans by name. Needs `read:plans`. */
export async function listPlans(actor: Actor, { cursor, limit, q }: ListPlans): Promise<PlanPage> {
  requireScope(actor, "read:plans");
  requireProvider(actor);
  const text = { contains: literally(q ?? ""), mode: "insensitive" as const };
  const where = {
    workspaceId: actor.workspaceId,
    ...(q === undefined ? {} : { OR: [{ name: text }, { description: text }] }),
  };
  const after = cursor === undefined ? undefined : String(decodeCursor(list, cursor)[0]);
  const rows = await db().plan.findMany({
    where: { AND: [where, after === undefined ? {} : { name: { gt: after } }] },
    orderBy: { name: "asc" },
    take: limit + 1,
    include: withCounts,
  });
  const items = rows.slice(0, limit).map(presentPlan);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: await db().plan.count({ where }),
  };
}
