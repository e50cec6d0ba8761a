import type pg from "pg";
import { isUniqueViolation, sql } from "@/lib/db/client";
import { batchOf, decisionColumns, type Batch } from "@/lib/events/loading/decision-row";
import { usageArrays, usageColumns } from "@/lib/events/loading/usage-rows";
import type { DecisionRecord } from "@/lib/events/schema";
import { nodeName } from "@/lib/process/node-name";

/** Taken by every loading transaction, so that sequence numbers become visible in their own order. */
const loaderLock = 7_201_640_001;

/** A database that neither answers nor closes its connection is given up on after this long. */
const patience = { query_timeout: 20_000 };

const names = decisionColumns.map(({ name }) => name).join(", ");
const casts = decisionColumns.map(({ name, type }) => `${name}::${type}`).join(", ");
const arrays = decisionColumns.map(({ sentAs }, index) => `$${index + 1}::${sentAs}`).join(", ");
const insert = `insert into decision (${names}) select ${casts} from unnest(${arrays}) as r(${names})`;

/** Sequence numbers are handed out in the loader's transaction only, so those of one statement have no gap. */
const newest = "select currval(pg_get_serial_sequence('decision', 'seq')) as newest";

const usageNames = Object.keys(usageColumns).join(", ");
const usageUnnested = Object.values(usageColumns)
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(", ");
const addUsage = `
insert into usage_hour (${usageNames}) select * from unnest(${usageUnnested})
on conflict (workspace_id, hour, key_id, secret_id, service_id, method, route, status, outcome, latency_bucket)
do update set calls = usage_hour.calls + excluded.calls, response_bytes = usage_hour.response_bytes + excluded.response_bytes`;

const positions = `
select w.workspace_id, coalesce((select max(seq) from decision d where d.workspace_id = w.workspace_id), 0) as seq
from unnest($1::text[]) as w(workspace_id)`;

/** What a loading transaction did. */
export interface LoadedBatch {
  /** Rows that were not there before. */
  rows: number;
  /** Sequence number of the first record, when all were new and numbered without a gap, in the order given; else null. */
  firstSeq: number | null;
  /** For each live workspace, its highest sequence number before this batch. */
  before: ReadonlyMap<string, number>;
}

/** Stores records and their usage in one transaction, once each. `liveWorkspaces`: those whose rows are being followed here. */
export async function insertBatch(
  records: readonly DecisionRecord[],
  liveWorkspaces: readonly string[],
): Promise<LoadedBatch> {
  const node = nodeName();
  const batch = await batchOf(records, node);
  try {
    return await inTransaction(liveWorkspaces, (client) => insertNew(client, batch));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return inTransaction(liveWorkspaces, (client) => insertMissing(client, batch));
  }
}

type Stored = Pick<LoadedBatch, "rows" | "firstSeq">;

async function inTransaction(
  liveWorkspaces: readonly string[],
  store: (client: pg.PoolClient) => Promise<Stored>,
): Promise<LoadedBatch> {
  const client = await sql().connect();
  try {
    await client.query({ text: `begin; select pg_advisory_xact_lock(${loaderLock})`, ...patience });
    const before =
      liveWorkspaces.length === 0
        ? []
        : (await client.query<Position>({ text: positions, values: [liveWorkspaces], ...patience })).rows;
    const stored = await store(client);
    await client.query({ text: "commit", ...patience });
    client.release();
    return { ...stored, before: new Map(before.map(({ workspace_id, seq }) => [workspace_id, Number(seq)])) };
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

/** The usual case, at half the database's work: every row is new. A row that is there already refuses the whole batch. */
async function insertNew(client: pg.PoolClient, { rows, columns }: Batch): Promise<Stored> {
  await client.query({ text: insert, values: columns, ...patience });
  const { rows: found } = await client.query<{ newest: string }>({ text: newest, ...patience });
  await client.query({ text: addUsage, values: usageArrays(rows), ...patience });
  return { rows: rows.length, firstSeq: Number(found[0]?.newest ?? 0) - rows.length + 1 };
}

/** After an unknown commit: rows already there are skipped, and usage is counted from those that were really missing. */
async function insertMissing(client: pg.PoolClient, { rows, columns }: Batch): Promise<Stored> {
  const text = `${insert} on conflict do nothing returning workspace_id, id`;
  const { rows: stored } = await client.query<{ workspace_id: string; id: string }>({
    text,
    values: columns,
    ...patience,
  });
  const missing = new Map(rows.map((row) => [`${row.workspace_id} ${row.id}`, row]));
  const really = stored.flatMap(({ workspace_id, id }) => missing.get(`${workspace_id} ${id}`) ?? []);
  if (really.length > 0) await client.query({ text: addUsage, values: usageArrays(really), ...patience });
  return { rows: really.length, firstSeq: null };
}
