import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { requireProvider } from "@/lib/api/require-provider";
import { requireRaisable } from "@/lib/customers/stored/ceiling";
import { presentCustomer, withKeyCount } from "@/lib/customers/stored/present";
import { Customer, type CreateCustomer } from "@/lib/customers/schema";
import { orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { JsonObject } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import { announceExternalIds } from "@/lib/keys/changes/announce";
import { requirePlan } from "@/lib/plans/require-plan";
import { requireKnownScopes } from "@/lib/scopes/known";

/**
 * Adds a customer. Needs `create:customers`; a caller bound to a customer may not. Throws `conflict` (the external id
 * is taken), `invalid` (unknown plan or scope), `forbidden` (a platform scope in the ceiling that the caller does not hold).
 */
export async function createCustomer(
  actor: Actor,
  { once = null, ...input }: CreateCustomer & { once?: Once | null },
): Promise<Customer> {
  requireScope(actor, "create:customers");
  requireProvider(actor);
  requireRaisable(actor, [], input.scopeCeiling);
  const made = await orConflict(
    transactOnce({ actor, once, answer: Customer }, (tx) => insert(tx, actor, input)),
    "A customer with that external id exists.",
  );
  await announceExternalIds(actor.workspaceId, [made.externalId]);
  return made;
}

async function insert(tx: Tx, actor: Actor, input: CreateCustomer): Promise<Customer> {
  const { workspaceId } = actor;
  await requireKnownScopes(tx, { workspaceId, scopes: input.scopeCeiling, path: "scopeCeiling" });
  await requirePlan(tx, workspaceId, input.plan);
  const id = newId("cus");
  const row = await tx.customer.create({ data: { workspaceId, id, ...input }, include: withKeyCount });
  const { externalId, name, scopeCeiling, plan, keyCountMax, rateLimits, quotas } = input;
  const told = { externalId, name, scopeCeiling, plan, keyCountMax, rateLimits, quotas };
  await audit(tx, actor, { action: "customers.create", subject: id, detail: JsonObject.parse(told) });
  return presentCustomer(row);
}
