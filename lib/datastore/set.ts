import { requireScope, type Actor } from "@/lib/api/actor";
import { requireContent } from "@/lib/datastore/value/content";
import { presentEntry } from "@/lib/datastore/stored/entry";
import { requirePreconditions, type Preconditions } from "@/lib/datastore/value/preconditions";
import type { StoredEntry } from "@/lib/datastore/schema";
import { heldRow, lockStore } from "@/lib/datastore/stored/lock";
import { validatorsOf } from "@/lib/datastore/stored/validators";
import { requireValueSize, writeEntry } from "@/lib/datastore/stored/write-entry";
import { requireKey, storeOf } from "@/lib/datastore/stored/store";
import { noteWrite } from "@/lib/datastore/stored/note-write";
import { db } from "@/lib/db/client";

/** What is to be stored, and under which conditions (the headers' own text). */
export interface SetValue extends Preconditions {
  key: string;
  value: Uint8Array<ArrayBuffer>;
  /** A media type; a value of a JSON type must be JSON. */
  contentType: string;
  /** Seconds until the value is gone; never without it. */
  expiresInSeconds?: number | undefined;
  /** Id or external id of a customer, whose store is meant. */
  customer?: string | undefined;
}

/** The entry, and whether there was none before. */
export interface WrittenValue {
  entry: StoredEntry;
  isNew: boolean;
}

/**
 * Stores a value, in place of one that is there. Needs `set:datastore`. Writes of one store come one after the other,
 * so a precondition is judged on exactly what is replaced: `precondition-failed` when it does not hold. Throws
 * `invalid` for a key or content that is none, `too-large` over 256 KiB, `conflict` when the store is full.
 */
export async function setValue(actor: Actor, input: SetValue): Promise<WrittenValue> {
  requireScope(actor, "set:datastore");
  const { value, contentType } = input;
  const key = requireKey(input.key);
  requireValueSize(value.byteLength);
  requireContent(contentType, value);
  const store = await storeOf(actor, input.customer);
  return db().$transaction(async (tx) => {
    const held = await lockStore(tx, store);
    const before = validatorsOf(await heldRow(tx, held, key));
    requirePreconditions(input, before);
    const expires = input.expiresInSeconds ?? null;
    const entry = presentEntry(await writeEntry(tx, held, { key, value, contentType, expires }));
    await noteWrite(tx, store, { type: "datastore.set", entry });
    return { entry, isNew: before === null };
  });
}
