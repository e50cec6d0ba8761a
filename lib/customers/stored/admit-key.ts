import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";

/**
 * Throws `conflict` unless the customer may have one key more. Holds the customer until the transaction ends, so that of
 * two keys made at once the second counts the first.
 */
export async function admitKey(
  tx: Tx,
  { workspaceId, customerId: id }: { workspaceId: string; customerId: string },
): Promise<void> {
  await tx.$executeRaw`select 1 from customer where workspace_id = ${workspaceId} and id = ${id} for no key update`;
  const customer = await tx.customer.findUnique({
    where: { workspaceId_id: { workspaceId, id } },
    include: { _count: { select: { keys: { where: { revokedAt: null } } } } },
  });
  if (customer === null) throw new Problem("conflict", "This customer was removed meanwhile.");
  const { keyCountMax, name, _count } = customer;
  if (keyCountMax === null || _count.keys < keyCountMax) return;
  throw new Problem("conflict", `${name} has ${_count.keys} of ${keyCountMax} keys; revoke one first.`, {
    members: { keyCount: _count.keys, keyCountMax },
  });
}
