import { requireScope, type Actor } from "@/lib/api/actor";
import { requirePreconditions, type Preconditions } from "@/lib/datastore/value/preconditions";
import { keepTotals } from "@/lib/datastore/stored/expire";
import { heldRow, lockStore } from "@/lib/datastore/stored/lock";
import { noteWrite } from "@/lib/datastore/stored/note-write";
import { validatorsOf } from "@/lib/datastore/stored/validators";
import { ownerColumn, requireKey, storeOf } from "@/lib/datastore/stored/store";
import { db } from "@/lib/db/client";

/** Which value, and under which conditions (the headers' own text). */
export interface DeleteValue extends Preconditions {
  key: string;
  /** Id or external id of a customer, whose store is meant. */
  customer?: string | undefined;
}

/**
 * Deletes a value; false when there is none. Needs `del:datastore`. Throws `precondition-failed` when a precondition
 * does not hold, `invalid` for a key that is none.
 */
export async function deleteValue(actor: Actor, input: DeleteValue): Promise<boolean> {
  requireScope(actor, "del:datastore");
  const key = requireKey(input.key);
  const store = await storeOf(actor, input.customer);
  return db().$transaction(async (tx) => {
    const held = await lockStore(tx, store);
    const row = await heldRow(tx, held, key);
    requirePreconditions(input, validatorsOf(row));
    if (row === null || row.is_over) return false;
    await tx.$executeRaw`
      delete from datastore_entry
       where workspace_id = ${held.workspaceId} and customer_id = ${ownerColumn(held)} and key = ${key}`;
    held.entries -= 1;
    held.bytes -= row.size;
    held.version += 1n;
    await keepTotals(tx, held);
    const entry = { key, size: row.size, version: Number(held.version) };
    await noteWrite(tx, store, { type: "datastore.delete", entry });
    return true;
  });
}
