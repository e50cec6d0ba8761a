import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { presentEntry, type EntryRow } from "@/lib/datastore/stored/entry";
import { afterPrefix } from "@/lib/datastore/stored/prefix";
import type { EntryPage, ListValues, StoreUsage } from "@/lib/datastore/schema";
import { valueBytesMax } from "@/lib/datastore/schema";
import { ownerColumn, storeOf, type Store } from "@/lib/datastore/stored/store";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";

const listName = "datastore";

/**
 * Keys of a store in order of their bytes, with what the store holds. Needs `get:datastore`. A cursor goes on after the
 * key that it stands for, whatever was written or deleted meanwhile.
 */
export async function listValues(actor: Actor, query: ListValues): Promise<EntryPage> {
  requireScope(actor, "get:datastore");
  const store = await storeOf(actor, query.customer);
  const range = { from: query.prefix, to: afterPrefix(query.prefix) };
  const [rows, total, usage] = await Promise.all([
    rowsAfter(store, { ...range, after: positionOf(query.cursor), count: query.limit + 1 }),
    countOf(store, range),
    usageOf(store),
  ]);
  const items = rows.slice(0, query.limit).map(presentEntry);
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  const nextCursor = last === undefined ? null : encodeCursor(listName, [last.key]);
  return { items, nextCursor, total, store: usage };
}

function positionOf(cursor: string | undefined): string {
  return cursor === undefined ? "" : String(decodeCursor(listName, cursor)[0] ?? "");
}

interface Range {
  from: string;
  to: string | null;
}

function rowsAfter(store: Store, { from, to, after, count }: Range & { after: string; count: number }) {
  return db().$queryRaw<EntryRow[]>`
    select key, content_type, size, version, created_at, updated_at, expires_at from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
       and key >= ${from} and (${to}::text is null or key < ${to}) and key > ${after}
       and (expires_at is null or expires_at > statement_timestamp())
     order by key limit ${count}`;
}

async function countOf(store: Store, { from, to }: Range): Promise<number> {
  const rows = await db().$queryRaw<{ total: number }[]>`
    select count(*)::int as total from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
       and key >= ${from} and (${to}::text is null or key < ${to})
       and (expires_at is null or expires_at > statement_timestamp())`;
  return rows[0]?.total ?? 0;
}

/** What a store holds of its limits; values whose time is over are not counted, though they are not deleted yet. */
async function usageOf(store: Store): Promise<StoreUsage> {
  const rows = await db().$queryRaw<{ entries: number; bytes: bigint; version: bigint }[]>`
    select held.entries - gone.entries as entries, held.bytes - gone.bytes as bytes, held.version
      from datastore as held,
           (select count(*)::int as entries, coalesce(sum(size), 0)::bigint as bytes from datastore_entry
             where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
               and expires_at <= statement_timestamp()) as gone
     where held.workspace_id = ${store.workspaceId} and held.customer_id = ${ownerColumn(store)}`;
  const { entries = 0, bytes = 0n, version = 0n } = rows[0] ?? {};
  return {
    entries,
    entriesMax: env().DATASTORE_ENTRIES,
    bytes: Number(bytes),
    bytesMax: env().DATASTORE_MEGABYTES * 1_048_576,
    valueBytesMax,
    version: Number(version),
  };
}
