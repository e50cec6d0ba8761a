import { requireScope, type Actor } from "@/lib/api/actor";
import { presentEntry, type EntryRow } from "@/lib/datastore/stored/entry";
import type { ListRecent, RecentEntries } from "@/lib/datastore/schema";
import { ownerColumn, storeOf } from "@/lib/datastore/stored/store";
import { db } from "@/lib/db/client";

/** What was written last and is still there, newest write first. Needs `recent:datastore`. */
export async function recentValues(actor: Actor, { limit, customer }: ListRecent): Promise<RecentEntries> {
  requireScope(actor, "recent:datastore");
  const store = await storeOf(actor, customer);
  const rows = await db().$queryRaw<EntryRow[]>`
    select key, content_type, size, version, created_at, updated_at, expires_at from datastore_entry
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
       and (expires_at is null or expires_at > statement_timestamp())
     order by version desc limit ${limit}`;
  return { items: rows.map(presentEntry) };
}
