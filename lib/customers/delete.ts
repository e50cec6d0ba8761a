import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import {
  announceCustomerChange,
  findCustomer,
  lockCustomer,
  memberIdsOf,
} from "@/lib/customers/stored/stored-customer";
import { removeStore } from "@/lib/datastore/stored/remove-store";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { revokeKeys } from "@/lib/keys/revoke";

const keysPerRound = 100;

/**
 * Removes a customer with its members, invitations, portal sessions, webhooks and store. Its revoked keys stay as history of the
 * workspace. Needs `destroy:customers`. Throws `not-found`, and `conflict` with `keyCount` while it has keys that are
 * not revoked; with `revokeKeys` (needs `revoke:keys`) these are revoked first, a hundred at a time, so a run that was
 * killed halfway has revoked some and the next one goes on.
 */
export async function deleteCustomer(
  actor: Actor,
  { customer: named, revokesKeys }: { customer: string; revokesKeys: boolean },
): Promise<void> {
  requireScope(actor, "destroy:customers");
  requireProvider(actor);
  const found = await findCustomer(db(), actor, named);
  if (revokesKeys) await revokeAll(actor, found.id);
  const memberIds = await db().$transaction((tx) => remove(tx, actor, found.id));
  await announceCustomerChange(found, memberIds);
}

async function revokeAll(actor: Actor, customerId: string): Promise<void> {
  requireScope(actor, "revoke:keys");
  for (;;) {
    const keys = await db().key.findMany({
      where: { workspaceId: actor.workspaceId, customerId, revokedAt: null },
      select: { id: true },
      take: keysPerRound,
    });
    if (keys.length === 0) return;
    await revokeKeys(actor, { ids: keys.map(({ id }) => id), reason: "The customer was removed." });
  }
}

async function remove(tx: Tx, actor: Actor, id: string): Promise<string[]> {
  const { workspaceId } = actor;
  const customer = await lockCustomer(tx, actor, id);
  const keyCount = customer._count.keys;
  if (keyCount > 0)
    throw new Problem(
      "conflict",
      `${customer.name} has ${keyCount} ${keyCount === 1 ? "key" : "keys"} not revoked. Revoke them first, or repeat with revokeKeys=true.`,
      { members: { keyCount } },
    );
  const memberIds = await memberIdsOf(tx, customer);
  await tx.key.updateMany({ where: { workspaceId, customerId: id }, data: { customerId: null } });
  await tx.invitation.deleteMany({ where: { workspaceId, customerId: id } });
  await tx.customer.delete({ where: { workspaceId_id: { workspaceId, id } } });
  await removeStore(tx, { workspaceId, customerId: id });
  const { name, externalId } = customer;
  await audit(tx, actor, { action: "customers.delete", subject: id, detail: { name, externalId } });
  return memberIds;
}
