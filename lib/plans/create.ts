import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { jsonOf } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import { Plan, type CreatePlan } from "@/lib/plans/schema";
import { presentPlan, withCounts } from "@/lib/plans/stored-plan";

/** Makes a plan; keys and customers can name it as soon as this returns. Needs `create:plans`. Throws `conflict`. */
export async function createPlan(actor: Actor, input: CreatePlan, once: Once | null = null): Promise<Plan> {
  requireScope(actor, "create:plans");
  requireProvider(actor);
  return orConflict(
    transactOnce({ actor, once, answer: Plan }, (tx) => insertPlan(tx, actor, input)),
    "A plan with that name exists.",
  );
}

async function insertPlan(tx: Tx, actor: Actor, input: CreatePlan): Promise<Plan> {
  const { workspaceId } = actor;
  const row = await tx.plan.create({ data: { ...input, workspaceId }, include: withCounts });
  const { name, ...detail } = input;
  await audit(tx, actor, { action: "plans.create", subject: name, detail: jsonOf(detail) });
  return presentPlan(row);
}
