import { etagOf } from "@/lib/datastore/stored/entry";
import type { Validators } from "@/lib/datastore/value/preconditions";
import type { HeldRow } from "@/lib/datastore/stored/lock";

/** What a precondition is judged on; a value whose time is over is none. */
export function validatorsOf(row: HeldRow | null): Validators | null {
  return row === null || row.is_over ? null : { etag: etagOf(row.version), updatedAt: row.updated_at };
}
