import { Problem } from "@/lib/api/problem";
import type { EntryRow } from "@/lib/datastore/stored/entry";
import { ownerColumn, type Store } from "@/lib/datastore/stored/store";
import type { Tx } from "@/lib/db/client";

/** A store whose row this transaction holds: no other write of it goes on until this one ends. */
export interface LockedStore extends Store {
  entries: number;
  bytes: number;
  /** Of the last write. */
  version: bigint;
}

/** A row that is there, and whether its time is over; then it exists for nobody. */
export type HeldRow = EntryRow & { is_over: boolean };

/**
 * Waits for the other writes of a store and holds it. A customer's row is held too, so that no store outlives its
 * customer: `not-found` when it was removed meanwhile.
 */
export async function lockStore(tx: Tx, store: Store): Promise<LockedStore> {
  if (store.customerId !== null) await holdCustomer(tx, store);
  const rows = await tx.$queryRaw<{ entries: number; bytes: bigint; version: bigint }[]>`
    insert into datastore (workspace_id, customer_id) values (${store.workspaceId}, ${ownerColumn(store)})
    on conflict (workspace_id, customer_id) do update set version = datastore.version
    returning entries, bytes, version`;
  const { entries = 0, bytes = 0n, version = 0n } = rows[0] ?? {};
  return { ...store, entries, bytes: Number(bytes), version };
}

async function holdCustomer(tx: Tx, { workspaceId, customerId }: Store): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`
    select 1 from customer where workspace_id = ${workspaceId} and id = ${customerId} for key share`;
  if (held.length === 0) throw new Problem("not-found", "There is no such customer.");
}

/** The row of one key in a locked store, also one whose time is over; null when there is none. */
export async function heldRow(tx: Tx, store: LockedStore, key: string): Promise<HeldRow | null> {
  const rows = await tx.$queryRaw<HeldRow[]>`
    select key, content_type, size, version, created_at, updated_at, expires_at,
           coalesce(expires_at <= statement_timestamp(), false) as is_over
      from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)} and key = ${key}`;
  return rows[0] ?? null;
}
