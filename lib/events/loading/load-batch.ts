import { insertBatch, type LoadedBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import { log } from "@/lib/log";

/** What came of a batch. */
export interface BatchOutcome {
  /** One per transaction; more than one where the database refused a record. */
  loaded: LoadedBatch[];
  /** Calls whose record the database will never take. */
  refused: number;
}

/** Stores one batch; where the database refuses its content, halves it until the record at fault stands alone and is given up. */
export async function loadBatch(
  records: readonly DecisionRecord[],
  loading: { live: readonly string[]; spool: string },
): Promise<BatchOutcome> {
  try {
    return { loaded: [await insertBatch(records, loading)], refused: 0 };
  } catch (error) {
    if (!isContentError(error)) throw error;
    if (records.length === 1) {
      log.error({ err: error, id: records[0]?.id }, "the database refused a record");
      return { loaded: [], refused: records[0]?.count ?? 1 };
    }
    const middle = records.length >> 1;
    const first = await loadBatch(records.slice(0, middle), loading);
    const second = await loadBatch(records.slice(middle), loading);
    return { loaded: [...first.loaded, ...second.loaded], refused: first.refused + second.refused };
  }
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (limits): the same rows would fail again. */
function isContentError(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^(22|23|54)/.test(error.code)
  );
}
