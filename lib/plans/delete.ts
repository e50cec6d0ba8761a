import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { lockPlan } from "@/lib/plans/stored-plan";

/**
 * Removes a plan that nothing uses; revoked keys lose its name. Needs `destroy:plans`. Throws `not-found`, or
 * `conflict` while a customer or a key that is not revoked names it.
 */
export async function deletePlan(actor: Actor, name: string): Promise<void> {
  requireScope(actor, "destroy:plans");
  requireProvider(actor);
  await db().$transaction((tx) => removePlan(tx, actor, name));
}

async function removePlan(tx: Tx, actor: Actor, name: string): Promise<void> {
  const { workspaceId } = actor;
  const { _count: used } = await lockPlan(tx, workspaceId, name);
  if (used.keys + used.customers > 0)
    throw new Problem("conflict", `This plan is in use by ${usersText(used)}; give them another first.`, {
      members: used,
    });
  await tx.key.updateMany({ where: { workspaceId, plan: name }, data: { plan: null } });
  await tx.plan.delete({ where: { workspaceId_name: { workspaceId, name } } });
  await audit(tx, actor, { action: "plans.delete", subject: name });
}

function usersText({ keys, customers }: { keys: number; customers: number }): string {
  const parts = [countText(keys, "key"), countText(customers, "customer")];
  return parts.filter((part) => part !== "").join(" and ");
}

function countText(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
