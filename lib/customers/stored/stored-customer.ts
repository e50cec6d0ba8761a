import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { bus } from "@/lib/bus/bus";
import type { Tx } from "@/lib/db/client";
import { withKeyCount, type StoredCustomer } from "@/lib/customers/stored/present";

/** One customer by id or external id, or `not-found`: another workspace's, or another than the caller's, does not exist. */
export async function findCustomer(
  tx: Pick<Tx, "customer">,
  actor: Actor,
  named: string,
): Promise<StoredCustomer> {
  const own = customerOf(actor);
  const row = await tx.customer.findFirst({
    where: {
      workspaceId: actor.workspaceId,
      OR: [{ id: named }, { externalId: named }],
      ...(own === null ? {} : { AND: { id: own } }),
    },
    include: withKeyCount,
  });
  if (row === null) throw new Problem("not-found", "There is no such customer.");
  return row;
}

/** The same, locked until the transaction ends, so that its changes and the making of its keys come one after the other. */
export async function lockCustomer(tx: Tx, actor: Actor, named: string): Promise<StoredCustomer> {
  const { workspaceId, id } = await findCustomer(tx, actor, named);
  await tx.$executeRaw`select 1 from customer where workspace_id = ${workspaceId} and id = ${id} for no key update`;
  return findCustomer(tx, actor, id);
}

/**
 * Tells every node, this one first, that what it remembers of the customer's keys and members is past. Call it after
 * the commit.
 */
export async function announceCustomerChange(
  customer: { workspaceId: string; id: string },
  memberIds: readonly string[],
): Promise<void> {
  await bus().publish({
    kind: "customer-changed",
    workspaceId: customer.workspaceId,
    customerId: customer.id,
  });
  await Promise.all(memberIds.map(sessionsChanged));
}

/** Ids of the people who sign in on this customer's side. */
export async function memberIdsOf(tx: Tx, customer: { workspaceId: string; id: string }): Promise<string[]> {
  const members = await tx.customerMember.findMany({
    where: { workspaceId: customer.workspaceId, customerId: customer.id },
    select: { userId: true },
  });
  return members.map(({ userId }) => userId);
}
