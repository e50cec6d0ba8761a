import type { PoolClient } from "pg";
import { signHead } from "@/lib/audit/chain/heads/head";
import type { Place } from "@/lib/audit/chain/place";
import { headValues, newestHead, remember } from "@/lib/audit/chain/heads/signed-heads";
import { extentOf, hashAt } from "@/lib/audit/chain/stored";
import { createWalk } from "@/lib/audit/chain/walk/walk";
import { walkStored } from "@/lib/audit/chain/walk/walk-stored";
import { signNewest } from "@/lib/audit/sign-heads";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";

const entriesPerChunk = 1_000;

/**
 * Deletes the oldest entries of a chain, all those before the first that is young enough, and moves its beginning behind
 * them under a signature. A chain in which something is wrong is left as it is, for it is the evidence. Returns how many
 * entries went.
 */
export async function deleteExpiredAudit(workspaceId: string, days: number): Promise<number> {
  let deleted = await deleteUnchained(workspaceId, days);
  for (;;) {
    const until = await lastExpired(workspaceId, days);
    if (until === null) return deleted;
    if (!(await isSound(workspaceId, until))) {
      log.error(
        { workspaceId, until },
        "expired audit entries are kept: their chain is not as it was written",
      );
      return deleted;
    }
    const gone = await deleteUpTo(workspaceId, until);
    if (gone === 0) return deleted;
    deleted += gone;
  }
}

async function deleteUnchained(workspaceId: string, days: number): Promise<number> {
  const { rowCount } = await sql().query(
    `delete from audit_entry where workspace_id = $1 and position is null and digest is null
        and at < now() - make_interval(days => $2::int)`,
    [workspaceId, days],
  );
  return rowCount ?? 0;
}

/** The last place of the next chunk to go; null when the oldest entry is young enough. */
async function lastExpired(workspaceId: string, days: number): Promise<number | null> {
  const { rows } = await sql().query<{ base: string; young: string | null; end: string }>(
    `select audit_base_position as base, audit_position as end,
            (select min(position) from audit_entry e where e.workspace_id = $1 and e.position is not null
                and e.at >= now() - make_interval(days => $2::int)) as young
       from trail where workspace_id = $1`,
    [workspaceId, days],
  );
  const [trail] = rows;
  if (trail === undefined) return null;
  const base = Number(trail.base);
  const until = Math.min(
    trail.young === null ? Number(trail.end) : Number(trail.young) - 1,
    base + entriesPerChunk,
  );
  return until > base ? until : null;
}

async function isSound(workspaceId: string, until: number): Promise<boolean> {
  const { problems } = await signNewest(workspaceId);
  if (problems.length > 0) return false;
  const { base } = await extentOf(workspaceId);
  const walk = createWalk(base);
  for await (const chunk of walkStored(walk, { workspaceId, until })) if (chunk.length === 0) break;
  const hash = await hashAt(workspaceId, until);
  const seen = walk.finish(hash === null ? null : { position: until, hash });
  // The newest head vouches for seals of secrets that are no longer held.
  return seen.every(({ kind }) => kind === "unsealed");
}

/** Nothing goes when another node moved the beginning meanwhile; its work is not repeated. */
async function deleteUpTo(workspaceId: string, until: number): Promise<number> {
  const { base } = await extentOf(workspaceId);
  const hash = await hashAt(workspaceId, until);
  const signed = await newestHead(workspaceId, Number.MAX_SAFE_INTEGER);
  if (hash === null || signed === null || signed.position < until || base.position >= until) return 0;
  const head = signHead({ ...signed, base: { position: until, hash } });
  const client = await sql().connect();
  try {
    await client.query("begin");
    const deleted = await moveBase(client, { workspaceId, from: base, to: head.base, newest: head.position });
    if (deleted > 0)
      await client.query(
        `insert into audit_head (workspace_id, position, hash, base_position, base_hash, at, key_id, signature)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace_id, position) do update
         set base_position = $4, base_hash = $5, at = $6, key_id = $7, signature = $8`,
        headValues(head),
      );
    await client.query("commit");
    client.release();
    if (deleted > 0) remember(head);
    return deleted;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Holds the chain; does nothing when its beginning or its newest signed place is no longer the one that was read. */
async function moveBase(
  client: PoolClient,
  { workspaceId, from, to, newest }: { workspaceId: string; from: Place; to: Place; newest: number },
): Promise<number> {
  await client.query("select 1 from trail where workspace_id = $1 for update", [workspaceId]);
  const moved = await client.query(
    `update trail set audit_base_position = $2, audit_base_hash = $3
      where workspace_id = $1 and audit_base_position = $4 and audit_base_hash = $5
        and not exists (select 1 from audit_head h where h.workspace_id = $1 and h.position > $6)`,
    [workspaceId, to.position, to.hash, from.position, from.hash, newest],
  );
  if (moved.rowCount !== 1) return 0;
  await client.query("delete from audit_head where workspace_id = $1 and position < $2", [
    workspaceId,
    to.position,
  ]);
  const { rowCount } = await client.query(
    "delete from audit_entry where workspace_id = $1 and position <= $2",
    [workspaceId, to.position],
  );
  return rowCount ?? 0;
}
