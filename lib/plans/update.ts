import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { bus } from "@/lib/bus/bus";
import { db, type Tx } from "@/lib/db/client";
import { jsonOf } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import type { Plan, UpdatePlan } from "@/lib/plans/schema";
import { findPlan, lockPlan, presentPlan } from "@/lib/plans/stored-plan";

/**
 * Changes a plan; what is left out stays. All its keys live by the change at once, on every node. Needs
 * `update:plans`. Throws `not-found`.
 */
export async function updatePlan(
  actor: Actor,
  { name, ...change }: UpdatePlan & { name: string },
): Promise<Plan> {
  requireScope(actor, "update:plans");
  requireProvider(actor);
  const { workspaceId } = actor;
  const plan = await db().$transaction((tx) => changePlan(tx, actor, { name, change }));
  await bus().publish({ kind: "plan-changed", workspaceId, plan: name });
  return plan;
}

async function changePlan(
  tx: Tx,
  actor: Actor,
  { name, change }: { name: string; change: UpdatePlan },
): Promise<Plan> {
  const { workspaceId } = actor;
  await lockPlan(tx, workspaceId, name);
  const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  await tx.plan.update({ where: { workspaceId_name: { workspaceId, name } }, data });
  await audit(tx, actor, { action: "plans.update", subject: name, detail: { changes: jsonOf(data) } });
  return presentPlan(await findPlan(tx, workspaceId, name));
}
