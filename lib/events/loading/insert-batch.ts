import { columnArrays, decisionColumns, decisionRow } from "@/lib/events/loading/decision-row";
import type { DecisionRecord } from "@/lib/events/schema";
import { sql } from "@/lib/db/client";
import { nodeName } from "@/lib/process/node-name";

/** Taken by every loading transaction, so that sequence numbers become visible in their own order. */
const loaderLock = 7_201_640_001;

/** A database that neither answers nor closes its connection is given up on after this long. */
const patience = { query_timeout: 20_000 };

const names = decisionColumns.map(({ name }) => name).join(", ");
const casts = decisionColumns.map(({ name, type }) => `${name}::${type}`).join(", ");
const arrays = decisionColumns.map(({ sentAs }, index) => `$${index + 2}::${sentAs}`).join(", ");

/**
 * Rows already there are skipped and, because usage is counted from the rows that this statement inserted,
 * a batch sent again after an unknown commit counts nothing twice.
 * A bucket's upper bound is 2^(bucket/4) µs.
 */
const insertStatement = `
with live as (
  select workspace_id, coalesce((select max(seq) from decision d where d.workspace_id = w.workspace_id), 0) as seq
  from unnest($1::text[]) as w(workspace_id)
), inserted as (
  insert into decision (${names})
  select ${casts} from unnest(${arrays}) as r(${names})
  on conflict do nothing
  returning workspace_id, seq, at, credential_id, secret_id, service_id, method, route, status, verdict,
    total_us, response_bytes, count
), counted as (
  insert into usage_hour (workspace_id, hour, key_id, secret_id, service_id, method, route, status, outcome,
    latency_bucket, calls, response_bytes)
  select workspace_id, date_trunc('hour', at, 'UTC'), coalesce(credential_id, ''), coalesce(secret_id, ''),
    coalesce(service_id, ''), method, coalesce(route, ''), status,
    case verdict when 'limited' then 'limited' when 'deny' then 'denied'
      else case when status >= 499 then 'error' else 'ok' end end as outcome,
    ceil(4 * ln(greatest(total_us, 1)::float8) / ln(2::float8))::smallint as latency_bucket,
    sum(count), sum(response_bytes)
  from inserted
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  on conflict (workspace_id, hour, key_id, secret_id, service_id, method, route, status, outcome, latency_bucket)
  do update set calls = usage_hour.calls + excluded.calls,
    response_bytes = usage_hour.response_bytes + excluded.response_bytes
)
select (select count(*) from inserted)::int as rows, (select min(seq) from inserted) as first,
  (select max(seq) from inserted) as last,
  (select json_object_agg(workspace_id, seq) from live) as before`;

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
  const columns = columnArrays(records.map((record) => decisionRow(record, node)));
  const client = await sql().connect();
  try {
    await client.query({ text: `begin; select pg_advisory_xact_lock(${loaderLock})`, ...patience });
    const insert = { text: insertStatement, values: [liveWorkspaces, ...columns], ...patience };
    const result = await client.query<InsertedRow>(insert);
    await client.query({ text: "commit", ...patience });
    client.release();
    return loadedBatch(result.rows[0], records.length);
  } catch (error) {
    // The connection may be mid-transaction or dead; a fresh one costs less than finding out.
    client.release(true);
    throw error;
  }
}

interface InsertedRow {
  rows: number;
  first: string | null;
  last: string | null;
  before: Record<string, number> | null;
}

function loadedBatch(row: InsertedRow | undefined, sent: number): LoadedBatch {
  const first = Number(row?.first ?? 0);
  const last = Number(row?.last ?? 0);
  const rows = row?.rows ?? 0;
  return {
    rows,
    firstSeq: rows === sent && last - first + 1 === sent ? first : null,
    before: new Map(Object.entries(row?.before ?? {})),
  };
}
