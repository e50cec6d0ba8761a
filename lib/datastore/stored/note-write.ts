import type { Store } from "@/lib/datastore/stored/store";
import type { Tx } from "@/lib/db/client";
import { emitEvent } from "@/lib/events/emit";

/** What was done to which value. */
interface Write {
  type: "datastore.set" | "datastore.delete" | "datastore.increment";
  entry: { key: string; size: number; version: number };
}

/** Tells of a write in its own transaction: which key, how many bytes, as which write. Never the value. */
export async function noteWrite(tx: Tx, store: Store, { type, entry }: Write): Promise<void> {
  const { workspaceId, customerId } = store;
  const { key, size, version } = entry;
  await emitEvent(tx, { workspaceId, type, subject: key, customerId, data: { key, size, version } });
}
