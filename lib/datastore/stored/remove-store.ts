import { ownerColumn, type Store } from "@/lib/datastore/stored/store";
import type { Tx } from "@/lib/db/client";

/**
 * Deletes a customer's store in the transaction that removes the customer, after its row: by then every write that
 * began before has ended, and none can begin.
 */
export async function removeStore(tx: Tx, store: Store): Promise<void> {
  const where = { workspaceId: store.workspaceId, customerId: ownerColumn(store) };
  await tx.datastoreEntry.deleteMany({ where });
  await tx.datastore.deleteMany({ where });
}
