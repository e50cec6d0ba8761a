import type { DecisionRecord } from "@/lib/events/schema";
import { processState } from "@/lib/process/state";

/** Records that wait for the loader, oldest first. A durable queue would take this one's place behind the same five calls. */
export interface RecordQueue {
  /** False when the queue is full and the record was not taken. Never throws. */
  push(record: DecisionRecord): boolean;
  /** The oldest records, at most `limit`, still in the queue. */
  peek(limit: number): DecisionRecord[];
  /** Forgets the oldest `count` records: they are in the database, or can never be. */
  release(count: number): void;
  size(): number;
  /** When the oldest waiting record came in, in milliseconds since 1970, or null when none waits. */
  oldestAtMs(): number | null;
}

/** At most this many records wait in memory, about 100 MB; later ones are dropped and counted. */
export const waitingRecordsMax = 100_000;

/** A queue in memory: what waits is lost when the process is killed. */
export function memoryQueue(capacity: number): RecordQueue {
  let records: DecisionRecord[] = [];
  let takenAt: number[] = [];
  let head = 0;
  return {
    push(record) {
      if (records.length - head >= capacity) return false;
      records.push(record);
      takenAt.push(Date.now());
      return true;
    },
    peek: (limit) => records.slice(head, head + limit),
    release(count) {
      head = Math.min(head + count, records.length);
      if (head < records.length && head < 4_096) return;
      records = records.slice(head);
      takenAt = takenAt.slice(head);
      head = 0;
    },
    size: () => records.length - head,
    oldestAtMs: () => takenAt[head] ?? null,
  };
}

/** The queue of this process. */
export function recordQueue(): RecordQueue {
  return processState("record-queue", () => memoryQueue(waitingRecordsMax));
}
