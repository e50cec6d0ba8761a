import { z } from "zod";
import type { EntryContent } from "@/lib/audit/chain/digest";
import type { Place } from "@/lib/audit/chain/place";
import { sql } from "@/lib/db/client";

/** An entry of the chain as it is stored. */
export interface StoredEntry extends EntryContent, Place {
  digest: string;
  seal: string;
  /** RFC 3339, or null while nothing was erased. */
  erasedAt: string | null;
}

/** Where a workspace's chain begins and ends. */
export interface Extent {
  base: Place;
  end: Place;
}

interface Row {
  workspace_id: string;
  position: string;
  id: string;
  at: Date;
  actor: unknown;
  action: string;
  subject: string | null;
  detail: unknown;
  address: string | null;
  count: number;
  digest: string | null;
  hash: string | null;
  seal: string | null;
  erased_at: Date | null;
}

const columns =
  "workspace_id, position, id, at, actor, action, subject, detail, address, count, digest, hash, seal, erased_at";

/** The next entries behind a place, up to and with `until`, in the order of places. */
export async function entriesBehind(
  workspaceId: string,
  { after, until, limit }: { after: number; until: number; limit: number },
): Promise<StoredEntry[]> {
  const { rows } = await sql().query<Row>(
    `select ${columns} from audit_entry where workspace_id = $1 and position > $2 and position <= $3
      order by position limit $4`,
    [workspaceId, after, until, limit],
  );
  return rows.map(entryOf);
}

/** Entries by their ids, wherever they stand. */
export async function entriesNamed(workspaceId: string, ids: readonly string[]): Promise<StoredEntry[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql().query<Row>(
    `select ${columns} from audit_entry where workspace_id = $1 and id = any($2)`,
    [workspaceId, [...ids]],
  );
  return rows.map(entryOf);
}

function entryOf(row: Row): StoredEntry {
  return {
    workspace: row.workspace_id,
    position: Number(row.position),
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: row.detail,
    address: row.address,
    count: row.count,
    digest: row.digest ?? "",
    hash: row.hash ?? "",
    seal: row.seal ?? "",
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}

const Trail = z.object({
  audit_position: z.coerce.number(),
  audit_hash: z.string(),
  audit_base_position: z.coerce.number(),
  audit_base_hash: z.string(),
});

/** Where the chain begins and ends now; both are place 0 before the first entry. */
export async function extentOf(workspaceId: string): Promise<Extent> {
  const { rows } = await sql().query(
    "select audit_position, audit_hash, audit_base_position, audit_base_hash from trail where workspace_id = $1",
    [workspaceId],
  );
  const none = { audit_position: 0, audit_hash: "", audit_base_position: 0, audit_base_hash: "" };
  const trail = Trail.parse(rows[0] ?? none);
  return {
    base: { position: trail.audit_base_position, hash: trail.audit_base_hash },
    end: { position: trail.audit_position, hash: trail.audit_hash },
  };
}

/** Ids and places of entries behind the end of their chain: nobody's transaction put them there. */
export async function entriesBeyond(workspaceId: string): Promise<{ id: string; position: number }[]> {
  const { rows } = await sql().query<{ id: string; position: string }>(
    `select id, position from audit_entry where workspace_id = $1 and position >
       coalesce((select audit_position from trail where workspace_id = $1), 0) order by position limit 20`,
    [workspaceId],
  );
  return rows.map(({ id, position }) => ({ id, position: Number(position) }));
}

const withoutPlace = `from audit_entry where workspace_id = $1 and position is null`;

/** How many entries are from before there was a chain. */
export async function countUnchained(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ count: number }>(`select count(*)::int as count ${withoutPlace}`, [
    workspaceId,
  ]);
  return rows[0]?.count ?? 0;
}

/** Entries without a place that were written since there is a chain. */
export async function unplacedEntries(workspaceId: string): Promise<{ id: string }[]> {
  const { rows } = await sql().query<{ id: string }>(
    `select id ${withoutPlace} and (digest is not null or seq > (select seq from audit_entry
       where workspace_id = $1 and position is not null order by seq limit 1)) order by seq limit 20`,
    [workspaceId],
  );
  return rows;
}

/** The stored hash at a place; null when nothing is there. */
export async function hashAt(workspaceId: string, position: number): Promise<string | null> {
  const { rows } = await sql().query<{ hash: string | null }>(
    "select hash from audit_entry where workspace_id = $1 and position = $2",
    [workspaceId, position],
  );
  return rows[0]?.hash ?? null;
}

/** The first place at or after `from` and the last before `to`; `first` is behind the end and `last` 0 when there is none. */
export async function placesBetween(
  workspaceId: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<{ first: number; last: number }> {
  const { rows } = await sql().query<{ first: string | null; last: string | null }>(
    `select min(position) filter (where at >= coalesce($2::timestamptz, '-infinity')) as first,
            max(position) filter (where at < coalesce($3::timestamptz, 'infinity')) as last
       from audit_entry where workspace_id = $1 and position is not null`,
    [workspaceId, from ?? null, to ?? null],
  );
  const first = rows[0]?.first ?? null;
  return {
    first: first === null ? Number.MAX_SAFE_INTEGER : Number(first),
    last: Number(rows[0]?.last ?? 0),
  };
}
