import type { DecisionRecord } from "@/lib/events/schema";

/** What a batch of records asks of the database. */
export interface SettledBatch {
  /** One row each, in order: calls that are over, and calls whose answer is still being sent. */
  rows: DecisionRecord[];
  /** How calls ended whose row an earlier batch stored. */
  endings: DecisionRecord[];
  /** Those of `rows` that were made of two records. */
  joined: DecisionRecord[];
}

/** Puts the two records of a streamed call together where both are here. */
export function settleBatch(records: readonly DecisionRecord[]): SettledBatch {
  if (records.every((record) => record.phase === "whole"))
    return { rows: [...records], endings: [], joined: [] };
  const rows: DecisionRecord[] = [];
  const endings: DecisionRecord[] = [];
  const joined: DecisionRecord[] = [];
  const openedAt = new Map<string, number>();
  for (const record of records) {
    if (record.phase !== "completed") {
      if (record.phase === "opened") openedAt.set(record.id, rows.length);
      rows.push(record);
      continue;
    }
    const place = openedAt.get(record.id);
    if (place === undefined) {
      endings.push(record);
      continue;
    }
    const whole: DecisionRecord = { ...record, phase: "whole" };
    rows[place] = whole;
    joined.push(whole);
  }
  return { rows, endings, joined };
}
