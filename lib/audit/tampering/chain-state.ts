import { db, sql } from "@/lib/db/client";
import { z } from "zod";

/** A row of audit_entry as JSON; what an intruder with the database alone can read and write. */
export const Row = z.object({
  workspace_id: z.string(),
  seq: z.number(),
  id: z.string(),
  at: z.string(),
  actor: z.unknown(),
  action: z.string(),
  subject: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  address: z.string().nullable(),
  count: z.number(),
  digest: z.string().nullable(),
  position: z.number().nullable(),
  hash: z.string().nullable(),
  seal: z.string().nullable(),
  erased_at: z.string().nullable(),
});
export type Row = z.output<typeof Row>;

const Trail = z.object({
  workspace_id: z.string(),
  audit_position: z.number(),
  audit_hash: z.string(),
  audit_base_position: z.number(),
  audit_base_hash: z.string(),
});

const Head = z.looseObject({ workspace_id: z.string(), position: z.number(), hash: z.string() });

/** Everything that the database holds of a chain. */
export const ChainState = z.object({ rows: z.array(Row), trail: Trail, heads: z.array(Head) });
export type ChainState = z.output<typeof ChainState>;

/** Reads a chain as it lies in the database. */
export async function readState(workspaceId: string): Promise<ChainState> {
  const ask = async (text: string) => (await sql().query<{ row: unknown }>(text, [workspaceId])).rows;
  const rows = await ask(
    "select to_json(e) as row from audit_entry e where workspace_id = $1 order by position",
  );
  const [trail] = await ask("select to_json(t) as row from trail t where workspace_id = $1");
  const heads = await ask(
    "select to_json(h) as row from audit_head h where workspace_id = $1 order by position",
  );
  return ChainState.parse({
    rows: rows.map(({ row }) => row),
    trail: trail?.row,
    heads: heads.map(({ row }) => row),
  });
}

/** Puts a chain into the database exactly so; the triggers stand by only for rows without a place. */
export async function writeState({ rows, trail, heads }: ChainState): Promise<void> {
  await db().$transaction(async (tx) => {
    const id = trail.workspace_id;
    await tx.$executeRaw`set local session_replication_role = replica`;
    await tx.$executeRaw`delete from audit_entry where workspace_id = ${id}`;
    await tx.$executeRaw`delete from audit_head where workspace_id = ${id}`;
    await tx.$executeRaw`insert into audit_entry select * from jsonb_populate_recordset(null::audit_entry, ${JSON.stringify(rows)}::jsonb)`;
    await tx.$executeRaw`insert into audit_head select * from jsonb_populate_recordset(null::audit_head, ${JSON.stringify(heads)}::jsonb)`;
    await tx.$executeRaw`
      update trail set audit_position = ${trail.audit_position}, audit_hash = ${trail.audit_hash},
             audit_base_position = ${trail.audit_base_position}, audit_base_hash = ${trail.audit_base_hash}
       where workspace_id = ${id}`;
  });
}
