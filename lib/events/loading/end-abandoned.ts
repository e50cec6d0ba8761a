import { sql } from "@/lib/db/client";
import { countUsage } from "@/lib/events/loading/usage/count-usage";
import type { DecisionRow } from "@/lib/events/loading/batch/decision-row";
import { patience } from "@/lib/events/loading/batch/statements";

/** Reason of a call whose answer was cut off because the process that sent it was killed. */
const nodeStopped = "NODE_STOPPED";

const end = `
with ended as (delete from open_decision where spool = $1 returning workspace_id, id)
update decision d set completed = true, reason = '${nodeStopped}' from ended e
where d.workspace_id = e.workspace_id and d.id = e.id and not d.completed
returning d.*, to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  d.request_bytes::float8 as request_bytes, d.response_bytes::float8 as response_bytes`;

/** Ends the calls whose answer a killed process was still sending: they count, with what was known of them. */
export async function endAbandoned(spool: string): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<DecisionRow>({ text: end, values: [spool], ...patience });
    await countUsage(client, rows);
    await client.query("commit");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
