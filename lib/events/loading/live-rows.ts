import type { LoadedBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";

/** Rows of one followed workspace that were just stored. */
export interface LiveRows {
  workspaceId: string;
  /** The workspace's highest sequence number before them. */
  before: number;
  /** In order, or null when their numbers are not known and they must be read back. */
  rows: { seq: number; record: DecisionRecord }[] | null;
}

/** What followers are to be told of a batch. */
export function liveRowsOf({ records, firstSeq, before }: LoadedBatch): LiveRows[] {
  return [...before].map(([workspaceId, position]) => ({
    workspaceId,
    before: position,
    rows:
      firstSeq === null
        ? null
        : records.flatMap((record, index) =>
            record.workspaceId === workspaceId ? [{ seq: firstSeq + index, record }] : [],
          ),
  }));
}
