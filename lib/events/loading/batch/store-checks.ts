import type pg from "pg";
import { sql } from "@/lib/db/client";
import { timeText } from "@/lib/events/loading/batch/decision-row";
import { patience } from "@/lib/events/loading/batch/statements";
import type { RoleCheckRecord } from "@/lib/events/schema";
import { log } from "@/lib/log";

const fresh = `
select c.id from json_to_recordset($1::json) as c(workspace_id text, id text)
where exists (select 1 from workspace w where w.id = c.workspace_id)
  and not exists (select 1 from event e where e.workspace_id = c.workspace_id and e.id = c.id)`;

const beginTrails = `
insert into trail (workspace_id) select * from unnest($1::text[]) on conflict do nothing`;

/** Rows are locked in the order of their names, as others lock them that take several. */
const takePlaces = `
with wanted as (select * from unnest($1::text[], $2::int[]) as w(workspace_id, places)), locked as (
  select t.workspace_id from trail t join wanted w on w.workspace_id = t.workspace_id order by t.workspace_id for update of t
)
update trail t set event_position = t.event_position + w.places from wanted w, locked l
where t.workspace_id = w.workspace_id and l.workspace_id = w.workspace_id
returning t.workspace_id, t.event_position::float8 as last`;

const insert = `
insert into event (workspace_id, id, type, at, subject, customer_id, data, position)
select * from json_to_recordset($1::json)
  as r(workspace_id text, id text, type text, at timestamptz, subject text, customer_id text, data jsonb, position bigint)`;

/** Stores role checks as events, once each however often they are given. Answers how many the database will never take. */
export async function storeChecks(checks: readonly RoleCheckRecord[]): Promise<number> {
  if (checks.length === 0) return 0;
  try {
    await inTransaction(checks);
    return 0;
  } catch (error) {
    if (!isContentError(error)) throw error;
    if (checks.length === 1) {
      log.error({ err: error, id: checks[0]?.id }, "the database refused a role check");
      return 1;
    }
    const middle = checks.length >> 1;
    return (await storeChecks(checks.slice(0, middle))) + (await storeChecks(checks.slice(middle)));
  }
}

/** SQLSTATE classes 22 (data) and 54 (limits): the same rows would fail again. */
function isContentError(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^(22|54)/.test(error.code)
  );
}

/** Short, for its places hold back everybody else's of the same workspaces until it ends. */
async function inTransaction(checks: readonly RoleCheckRecord[]): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query({ text: "begin", ...patience });
    await store(client, checks);
    await client.query({ text: "commit", ...patience });
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function store(client: pg.PoolClient, checks: readonly RoleCheckRecord[]): Promise<void> {
  const names = JSON.stringify(checks.map(({ workspaceId, id }) => ({ workspace_id: workspaceId, id })));
  const { rows } = await client.query<{ id: string }>({ text: fresh, values: [names], ...patience });
  const ids = new Set(rows.map(({ id }) => id));
  const missing = checks.filter(({ id }) => ids.has(id));
  if (missing.length === 0) return;
  const next = await placesFor(client, missing);
  const placed = missing.map((record) => rowOf(record, next(record.workspaceId)));
  await client.query({ text: insert, values: [JSON.stringify(placed)], ...patience });
}

/** Takes a place for each; answers who hands them out in order. */
async function placesFor(
  client: pg.PoolClient,
  checks: readonly RoleCheckRecord[],
): Promise<(workspaceId: string) => number> {
  const counts = new Map<string, number>();
  for (const { workspaceId } of checks) counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + 1);
  const workspaces = [...counts.keys()].sort();
  const places = workspaces.map((workspaceId) => counts.get(workspaceId) ?? 0);
  await client.query({ text: beginTrails, values: [workspaces], ...patience });
  const { rows } = await client.query<{ workspace_id: string; last: number }>({
    text: takePlaces,
    values: [workspaces, places],
    ...patience,
  });
  const given = new Map(
    rows.map(({ workspace_id, last }) => [workspace_id, last - (counts.get(workspace_id) ?? 0)]),
  );
  return (workspaceId) => {
    const place = (given.get(workspaceId) ?? 0) + 1;
    given.set(workspaceId, place);
    return place;
  };
}

function rowOf({ id, atMs, workspaceId, customerId, check }: RoleCheckRecord, position: number) {
  return {
    workspace_id: workspaceId,
    id,
    type: check.granted ? "role-check.granted" : "role-check.refused",
    at: timeText(atMs),
    subject: check.key.id,
    customer_id: customerId,
    data: { ...check, count: 1 },
    position,
  };
}
