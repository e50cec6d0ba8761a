import type pg from "pg";
import { countUsage } from "@/lib/events/loading/usage/count-usage";
import { batchOf } from "@/lib/events/loading/batch/decision-row";
import { insertRows, patience } from "@/lib/events/loading/batch/statements";
import type { DecisionRecord } from "@/lib/events/schema";
import { nodeName } from "@/lib/process/node-name";

/** Columns that are known only when an answer has ended. */
const complete = `
update decision d set completed = true, reason = e.reason, status = e.status, request_bytes = e.request_bytes,
  response_bytes = e.response_bytes, total_us = e.total_us, upstream_us = e.upstream_us
from json_to_recordset($1::json) as e(workspace_id text, id text, reason text, status int, request_bytes bigint,
  response_bytes bigint, total_us int, upstream_us int)
where d.workspace_id = e.workspace_id and d.id = e.id and not d.completed returning d.workspace_id, d.id`;

const known = `
select d.workspace_id, d.id from decision d join json_to_recordset($1::json) as e(workspace_id text, id text)
on d.workspace_id = e.workspace_id and d.id = e.id`;

const open = `
with marked as (
  update decision d set completed = false from json_to_recordset($1::json) as e(workspace_id text, id text)
  where d.workspace_id = e.workspace_id and d.id = e.id returning d.workspace_id, d.id
)
insert into open_decision (workspace_id, id, spool) select workspace_id, id, $2 from marked on conflict do nothing`;

const forgetOpen = `
delete from open_decision o using json_to_recordset($1::json) as e(workspace_id text, id text)
where o.workspace_id = e.workspace_id and o.id = e.id`;

/** A row, or a reference to one. */
export interface Named {
  workspace_id: string;
  id: string;
}

/** Tells rows apart, across workspaces. */
export const keyOf = ({ workspace_id, id }: Named) => `${workspace_id} ${id}`;

const named = (rows: readonly Named[]) =>
  JSON.stringify(rows.map(({ workspace_id, id }) => ({ workspace_id, id })));

/** Remembers that the answers of these rows are still being sent, and which spool will say how they ended. */
export async function markOpen(
  client: pg.PoolClient,
  { rows, spool }: { rows: readonly Named[]; spool: string },
): Promise<void> {
  if (rows.length > 0) await client.query({ text: open, values: [named(rows), spool], ...patience });
}

/** Ends rows of earlier batches, once each; an ending whose beginning was lost becomes a row of its own. */
export async function storeEndings(client: pg.PoolClient, endings: readonly DecisionRecord[]): Promise<void> {
  const { rows } = await batchOf(endings, nodeName());
  const { rows: completed } = await client.query<Named>({
    text: complete,
    values: [JSON.stringify(rows)],
    ...patience,
  });
  const { rows: there } = await client.query<Named>({ text: known, values: [named(rows)], ...patience });
  await client.query({ text: forgetOpen, values: [named(rows)], ...patience });
  const [now, before] = [new Set(completed.map(keyOf)), new Set(there.map(keyOf))];
  const lost = endings.filter((_ending, index) => {
    const row = rows[index];
    return row !== undefined && !before.has(keyOf(row));
  });
  if (lost.length > 0)
    await client.query({ text: insertRows, values: (await batchOf(lost, nodeName())).columns, ...patience });
  await countUsage(
    client,
    rows.filter((row) => now.has(keyOf(row)) || !before.has(keyOf(row))),
  );
}
