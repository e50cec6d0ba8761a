import { lockStore, type LockedStore } from "@/lib/datastore/stored/lock";
import { ownerColumn, type Store } from "@/lib/datastore/stored/store";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";

const rowsPerChunk = 500;
const storesPerRound = 100;

/** Deletes values of a locked store whose time is over, a chunk of them, and takes them off its totals. Returns how many. */
export async function dropExpired(tx: Tx, store: LockedStore): Promise<number> {
  const rows = await tx.$queryRaw<{ dropped: bigint; bytes: bigint }[]>`
    with over as (
      delete from datastore_entry where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
         and key in (select key from datastore_entry
                      where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}
                        and expires_at <= statement_timestamp() limit ${rowsPerChunk})
      returning size)
    select count(*) as dropped, coalesce(sum(size), 0)::bigint as bytes from over`;
  const { dropped = 0n, bytes = 0n } = rows[0] ?? {};
  store.entries -= Number(dropped);
  store.bytes -= Number(bytes);
  await keepTotals(tx, store);
  return Number(dropped);
}

/** Writes the totals of a locked store. */
export async function keepTotals(tx: Tx, store: LockedStore): Promise<void> {
  const { entries, bytes, version } = store;
  await tx.$executeRaw`
    update datastore set entries = ${entries}, bytes = ${bytes}, version = ${version}
     where workspace_id = ${store.workspaceId} and customer_id = ${ownerColumn(store)}`;
}

/** Deletes every value whose time is over, a chunk of one store at a time, until `isStopping`. Returns how many went. */
export async function deleteExpiredValues(isStopping: () => boolean = () => false): Promise<number> {
  let deleted = 0;
  for (;;) {
    const stores = await storesWithExpired();
    let round = 0;
    for (const store of stores) if (!isStopping()) round += await dropChunk(store);
    deleted += round;
    if (round === 0) return deleted;
  }
}

async function storesWithExpired(): Promise<Store[]> {
  const rows = await db().$queryRaw<{ workspace_id: string; customer_id: string }[]>`
    select distinct workspace_id, customer_id from datastore_entry
     where expires_at <= statement_timestamp() limit ${storesPerRound}`;
  return rows.map((row) => ({ workspaceId: row.workspace_id, customerId: row.customer_id || null }));
}

/** A customer that is removed meanwhile takes its store along. */
async function dropChunk(store: Store): Promise<number> {
  try {
    return await db().$transaction(async (tx) => dropExpired(tx, await lockStore(tx, store)));
  } catch (error) {
    if (error instanceof Problem && error.kind === "not-found") return 0;
    throw error;
  }
}
