import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { jsonIn } from "@/lib/datastore/value/content";
import { presentEntry } from "@/lib/datastore/stored/entry";
import { IncrementedValue } from "@/lib/datastore/schema";
import { heldRow, lockStore, type LockedStore } from "@/lib/datastore/stored/lock";
import { noteWrite } from "@/lib/datastore/stored/note-write";
import { writeEntry } from "@/lib/datastore/stored/write-entry";
import { ownerColumn, requireKey, storeOf } from "@/lib/datastore/stored/store";
import type { Tx } from "@/lib/db/client";

/** Which number, and what is added to it. */
export interface Increment {
  key: string;
  /** A safe integer. */
  by: number;
  /** Id or external id of a customer, whose store is meant. */
  customer?: string | undefined;
}

/**
 * Adds to a number in one step; one that is not there counts as 0. A time to expire stays. Needs `set:datastore`.
 * Throws `conflict` when the value is no whole number, when the sum would be no safe integer, or when the store is full.
 */
export async function incrementValue(
  actor: Actor,
  input: Increment,
  once: Once | null = null,
): Promise<IncrementedValue> {
  requireScope(actor, "set:datastore");
  const key = requireKey(input.key);
  const store = await storeOf(actor, input.customer);
  return transactOnce({ actor, once, answer: IncrementedValue }, async (tx) => {
    const held = await lockStore(tx, store);
    const row = await heldRow(tx, held, key);
    const before = row === null || row.is_over ? null : row;
    const sum = (before === null ? 0 : await numberAt(tx, held, key)) + input.by;
    if (!Number.isSafeInteger(sum))
      throw new Problem("conflict", "The sum would be beyond the whole numbers that JSON can hold exactly.");
    const entry = presentEntry(
      await writeEntry(tx, held, {
        key,
        value: new TextEncoder().encode(String(sum)),
        contentType: "application/json",
        expires: before?.expires_at ?? null,
      }),
    );
    await noteWrite(tx, store, { type: "datastore.increment", entry });
    return { ...entry, value: sum };
  });
}

/** The number under a key of a locked store. */
async function numberAt(tx: Tx, store: LockedStore, key: string): Promise<number> {
  const rows = await tx.$queryRaw<{ value: Uint8Array | null }[]>`
    select case when size <= 32 then value end as value from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)} and key = ${key}`;
  const stored = rows[0]?.value ?? null;
  const number = stored === null ? undefined : jsonIn(stored);
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw new Problem("conflict", "The value is no whole number, so nothing can be added to it.");
}
