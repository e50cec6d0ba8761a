import { Problem } from "@/lib/api/problem";
import type { EntryRow } from "@/lib/datastore/stored/entry";
import { valueBytesMax } from "@/lib/datastore/schema";
import { dropExpired, keepTotals } from "@/lib/datastore/stored/expire";
import { heldRow, type HeldRow, type LockedStore } from "@/lib/datastore/stored/lock";
import { ownerColumn } from "@/lib/datastore/stored/store";
import type { Tx } from "@/lib/db/client";
import { env } from "@/lib/env";

/** A value on its way into a locked store. */
export interface NewValue {
  key: string;
  value: Uint8Array<ArrayBuffer>;
  contentType: string;
  /** Seconds from now, a time that stays, or null for ever. */
  expires: number | Date | null;
}

/** Throws `too-large` for a value that no store takes. */
export function requireValueSize(size: number): void {
  if (size > valueBytesMax)
    throw new Problem("too-large", "A value may hold 256 KiB at most.", { members: { valueBytesMax } });
}

/**
 * Puts a value into a locked store as its next write, within its limits; values whose time is over give way first.
 * Throws `conflict`, with the limits, when the store is full.
 */
export async function writeEntry(tx: Tx, store: LockedStore, given: NewValue): Promise<EntryRow> {
  const size = given.value.byteLength;
  let before = await heldRow(tx, store, given.key);
  while (exceeds(grown(store, { before, size }), store) && (await dropExpired(tx, store)) > 0)
    before = await heldRow(tx, store, given.key);
  const after = grown(store, { before, size });
  if (exceeds(after, store)) throw storeFull(store);
  Object.assign(store, after, { version: store.version + 1n });
  const row = await upsert(tx, store, given);
  await keepTotals(tx, store);
  return row;
}

interface Totals {
  entries: number;
  bytes: number;
}

function grown(store: Totals, { before, size }: { before: HeldRow | null; size: number }): Totals {
  return {
    entries: store.entries + (before === null ? 1 : 0),
    bytes: store.bytes + size - (before?.size ?? 0),
  };
}

/** A store that is over a limit which was lowered may shrink. */
function exceeds(after: Totals, now: Totals): boolean {
  const { DATASTORE_ENTRIES: entriesMax, DATASTORE_MEGABYTES: megabytesMax } = env();
  return (
    (after.entries > entriesMax && after.entries > now.entries) ||
    (after.bytes > megabytesMax * 1_048_576 && after.bytes > now.bytes)
  );
}

function storeFull({ entries, bytes }: Totals): Problem {
  const { DATASTORE_ENTRIES: entriesMax, DATASTORE_MEGABYTES: megabytesMax } = env();
  return new Problem(
    "conflict",
    `This store is full: it may hold ${entriesMax} values and ${megabytesMax} MiB. Delete values first, or give them a time to expire.`,
    { members: { entries, entriesMax, bytes, bytesMax: megabytesMax * 1_048_576 } },
  );
}

async function upsert(tx: Tx, store: LockedStore, given: NewValue): Promise<EntryRow> {
  const { key, value, contentType, expires } = given;
  const [seconds, time] = typeof expires === "number" ? [expires, null] : [null, expires];
  const rows = await tx.$queryRaw<EntryRow[]>`
    insert into datastore_entry as held (workspace_id, customer_id, key, value, content_type, size, version, created_at, updated_at, expires_at)
    values (${store.workspaceId}, ${ownerColumn(store)}, ${key}, ${value}, ${contentType}, ${value.byteLength}, ${store.version},
            statement_timestamp(), statement_timestamp(),
            coalesce(${time}::timestamptz, statement_timestamp() + make_interval(secs => ${seconds}::float8)))
    on conflict (workspace_id, customer_id, key) do update set
       value = excluded.value, content_type = excluded.content_type, size = excluded.size, version = excluded.version,
       created_at = case when held.expires_at <= statement_timestamp() then excluded.created_at else held.created_at end,
       updated_at = excluded.updated_at, expires_at = excluded.expires_at
    returning key, content_type, size, version, created_at, updated_at, expires_at`;
  const [row] = rows;
  if (row === undefined) throw new Error("A write answered no row");
  return row;
}
