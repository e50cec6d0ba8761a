import type pg from "pg";
import { isUniqueViolation, sql } from "@/lib/db/client";
import { locks } from "@/lib/db/locks";
import { batchOf, type Batch, type DecisionRow } from "@/lib/events/loading/batch/decision-row";
import { settleBatch, type SettledBatch } from "@/lib/events/loading/batch/settle-batch";
import { countUsage } from "@/lib/events/loading/usage/count-usage";
import { insertRows as insert, patience } from "@/lib/events/loading/batch/statements";
import { keyOf, markOpen, storeEndings, type Named } from "@/lib/events/loading/batch/store-endings";
import type { DecisionRecord } from "@/lib/events/schema";
import { nodeName } from "@/lib/process/node-name";

/** Sequence numbers are handed out in the loader's transaction only, so those of one statement have no gap. */
const newest = "select currval(pg_get_serial_sequence('decision', 'seq')) as newest";

const positions = `
select w.workspace_id, coalesce((select max(seq) from decision d where d.workspace_id = w.workspace_id), 0) as seq
from unnest($1::text[]) as w(workspace_id)`;

/** What a loading transaction did. */
export interface LoadedBatch {
  /** Rows that were not there before. */
  rows: number;
  /** The records that rows were made of, in order. */
  records: readonly DecisionRecord[];
  /** Sequence number of the first record, when all were new and numbered without a gap, in the order given; else null. */
  firstSeq: number | null;
  /** For each live workspace, its highest sequence number before this batch. */
  before: ReadonlyMap<string, number>;
}

/** What is to be stored, and for whom. */
export interface Loading {
  /** Workspaces whose rows are being followed here. */
  live?: readonly string[];
  /** Name of the spool that will say how calls ended whose answer is still being sent. */
  spool?: string;
}

/** Stores records and their usage in one transaction, once each. A call counts in usage when its answer has ended. */
export async function insertBatch(
  records: readonly DecisionRecord[],
  { live = [], spool = "" }: Loading = {},
): Promise<LoadedBatch> {
  const settled = settleBatch(records);
  const batch = await batchOf(settled.rows, nodeName());
  const store = (insertRows: typeof insertNew) => (client: pg.PoolClient) =>
    storeAll(client, { settled, batch, spool, insertRows });
  try {
    return { ...(await inTransaction(live, store(insertNew))), records: settled.rows };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return { ...(await inTransaction(live, store(insertMissing))), records: settled.rows };
  }
}

interface Work {
  settled: SettledBatch;
  batch: Batch;
  spool: string;
  insertRows: typeof insertNew;
}

async function storeAll(client: pg.PoolClient, { settled, batch, spool, insertRows }: Work): Promise<Stored> {
  const stored = batch.rows.length === 0 ? nothingStored : await insertRows(client, { batch, settled });
  const opened = openedRows(batch, settled);
  if (opened.length > 0)
    await markOpen(client, { rows: stored.inserted.filter((row) => opened.includes(row)), spool });
  if (settled.endings.length > 0) await storeEndings(client, settled.endings);
  return stored;
}

function openedRows({ rows }: Batch, settled: SettledBatch): DecisionRow[] {
  return settled.rows.flatMap((record, index) => (record.phase === "opened" ? (rows[index] ?? []) : []));
}

interface Stored {
  rows: number;
  firstSeq: number | null;
  inserted: readonly DecisionRow[];
}

const nothingStored: Stored = { rows: 0, firstSeq: null, inserted: [] };

async function inTransaction(
  liveWorkspaces: readonly string[],
  store: (client: pg.PoolClient) => Promise<Stored>,
): Promise<Omit<LoadedBatch, "records">> {
  const client = await sql().connect();
  try {
    await client.query({ text: `begin; select pg_advisory_xact_lock(${locks.loader})`, ...patience });
    const before =
      liveWorkspaces.length === 0
        ? []
        : (await client.query<Position>({ text: positions, values: [liveWorkspaces], ...patience })).rows;
    const { rows, firstSeq } = await store(client);
    await client.query({ text: "commit", ...patience });
    client.release();
    return {
      rows,
      firstSeq,
      before: new Map(before.map(({ workspace_id, seq }) => [workspace_id, Number(seq)])),
    };
  } catch (error) {
    // The connection may be mid-transaction or dead; a fresh one costs less than finding out.
    client.release(true);
    throw error;
  }
}

interface Position {
  workspace_id: string;
  seq: string;
}

interface Inserting {
  batch: Batch;
  settled: SettledBatch;
}

const isOver = (record: DecisionRecord | undefined) => record?.phase !== "opened";

/** The usual case, at half the database's work: every row is new. A row that is there already refuses the whole batch. */
async function insertNew(client: pg.PoolClient, { batch, settled }: Inserting): Promise<Stored> {
  const { rows, columns } = batch;
  await client.query({ text: insert, values: columns, ...patience });
  const { rows: found } = await client.query<{ newest: string }>({ text: newest, ...patience });
  const over = rows.filter((_row, index) => isOver(settled.rows[index]));
  await countUsage(client, over);
  return { rows: rows.length, firstSeq: Number(found[0]?.newest ?? 0) - rows.length + 1, inserted: rows };
}

/** After an unknown commit: rows already there are skipped, and usage is counted from those that were really missing. */
async function insertMissing(client: pg.PoolClient, { batch, settled }: Inserting): Promise<Stored> {
  const { rows, columns } = batch;
  const text = `${insert} on conflict do nothing returning workspace_id, id`;
  const { rows: stored } = await client.query<Named>({ text, values: columns, ...patience });
  const missing = new Map(rows.map((row, index) => [keyOf(row), { row, over: isOver(settled.rows[index]) }]));
  const really = stored.flatMap((name) => missing.get(keyOf(name)) ?? []);
  await countUsage(
    client,
    really.filter((each) => each.over).map((each) => each.row),
  );
  // Their beginnings may have been stored by an earlier try.
  if (settled.joined.length > 0) await storeEndings(client, settled.joined);
  return { rows: really.length, firstSeq: null, inserted: really.map((each) => each.row) };
}
