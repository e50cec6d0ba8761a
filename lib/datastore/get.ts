import { requireScope, type Actor } from "@/lib/api/actor";
import { presentEntry, type EntryRow } from "@/lib/datastore/stored/entry";
import type { StoredEntry } from "@/lib/datastore/schema";
import { ownerColumn, requireKey, storeOf } from "@/lib/datastore/stored/store";
import { db } from "@/lib/db/client";

/** A value and what is known of it. */
export interface StoredValue {
  entry: StoredEntry;
  value: Uint8Array<ArrayBuffer>;
}

/** Reads a value; null when there is none. Needs `get:datastore`. Throws `invalid` for a key that is none. */
export async function getValue(
  actor: Actor,
  { key: asked, customer }: { key: string; customer?: string | undefined },
): Promise<StoredValue | null> {
  requireScope(actor, "get:datastore");
  const key = requireKey(asked);
  const store = await storeOf(actor, customer);
  const rows = await db().$queryRaw<(EntryRow & { value: Uint8Array<ArrayBuffer> })[]>`
    select key, content_type, size, version, created_at, updated_at, expires_at, value from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)} and key = ${key}
       and (expires_at is null or expires_at > statement_timestamp())`;
  const [row] = rows;
  return row === undefined ? null : { entry: presentEntry(row), value: row.value };
}
