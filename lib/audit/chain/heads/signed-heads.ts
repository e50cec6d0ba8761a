import { checkHead } from "@/lib/audit/chain/heads/head";
import { SignedHead } from "@/lib/audit/schema";
import { sql } from "@/lib/db/client";
import { processState } from "@/lib/process/state";

interface Row {
  workspace_id: string;
  position: string;
  hash: string;
  base_position: string;
  base_hash: string;
  at: Date;
  key_id: string;
  signature: string;
}

/** The newest head of each workspace that this process saw: it holds although the database's may be gone. */
const seen = processState("audit-heads", () => new Map<string, SignedHead>());

/** Keeps in mind that a head was signed or found good. */
export function remember(head: SignedHead): void {
  if ((seen.get(head.workspace)?.position ?? -1) <= head.position) seen.set(head.workspace, head);
}

/** The newest head that this process saw of a workspace. */
export function remembered(workspaceId: string): SignedHead | null {
  return seen.get(workspaceId) ?? null;
}

/** Stored heads of a stretch of places, in their order, good ones and others. */
export async function headsBetween(
  workspaceId: string,
  { from, until }: { from: number; until: number },
): Promise<SignedHead[]> {
  const { rows } = await sql().query<Row>(
    `select * from audit_head where workspace_id = $1 and position between $2 and $3 order by position`,
    [workspaceId, from, until],
  );
  return rows.map(headOf);
}

/** The newest stored head at or before a place that is this installation's. */
export async function newestHead(workspaceId: string, until: number): Promise<SignedHead | null> {
  for (let before = until; ;) {
    const { rows } = await sql().query<Row>(
      "select * from audit_head where workspace_id = $1 and position <= $2 order by position desc limit 20",
      [workspaceId, before],
    );
    const heads = rows.map(headOf);
    const good = heads.find((head) => checkHead(head) === "good");
    if (good !== undefined) return good;
    const last = heads.at(-1);
    if (last === undefined) return null;
    before = last.position - 1;
  }
}

/** The oldest stored head at or behind a place that is this installation's. */
export async function nextHead(workspaceId: string, from: number): Promise<SignedHead | null> {
  const { rows } = await sql().query<Row>(
    "select * from audit_head where workspace_id = $1 and position >= $2 order by position limit 20",
    [workspaceId, from],
  );
  return rows.map(headOf).find((head) => checkHead(head) === "good") ?? null;
}

/**
 * Keeps a head, unless the chain's beginning moved since it was signed. One that is there already gives way to one under
 * another key.
 */
export async function storeHead(head: SignedHead): Promise<boolean> {
  const { rowCount } = await sql().query(
    `insert into audit_head (workspace_id, position, hash, base_position, base_hash, at, key_id, signature)
     select workspace_id, $2, $3, $4, $5, $6, $7, $8
       from (select workspace_id from trail
              where workspace_id = $1 and audit_base_position = $4 and audit_base_hash = $5 for share) as held
     on conflict (workspace_id, position) do update
       set hash = excluded.hash, base_position = excluded.base_position, base_hash = excluded.base_hash,
           at = excluded.at, key_id = excluded.key_id, signature = excluded.signature
       where audit_head.key_id <> excluded.key_id`,
    headValues(head),
  );
  if (rowCount === 1) remember(head);
  return rowCount === 1;
}

/** A head's columns in the order of the table. */
export function headValues(head: SignedHead): unknown[] {
  const { workspace, position, hash, base, at, key, signature } = head;
  return [workspace, position, hash, base.position, base.hash, at, key, signature];
}

function headOf(row: Row): SignedHead {
  return SignedHead.parse({
    workspace: row.workspace_id,
    position: Number(row.position),
    hash: row.hash,
    base: { position: Number(row.base_position), hash: row.base_hash },
    at: row.at.toISOString(),
    key: row.key_id,
    signature: row.signature,
  });
}
