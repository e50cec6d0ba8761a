import { bus } from "@/lib/bus/bus";
import { sql } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { log } from "@/lib/log";
import { nodeName } from "@/lib/process/node-name";
import { processState } from "@/lib/process/state";

/** How often a node says that it is up, and after how long without a word it counts as gone, both by the database's clock. */
export const heartbeatMs = 5_000;
export const goneAfterSeconds = 15;
/** Rows of nodes that have been gone this long are removed. */
const forgottenAfterMinutes = 10;
/** After a report that could not be written. */
const retryMs = 500;

/** This process among its nodes. Null id: it is none, as in scripts and tests, and reports nothing. */
interface Reporting {
  id: string | null;
  startedAt: Date;
  heartbeat: NodeJS.Timeout | null;
  /** The version applied in each workspace that is held; 0 while it is being loaded for the first time. */
  applied: Map<string, number>;
  /** Workspaces whose report is still to be written. */
  unwritten: Set<string>;
  writing: Promise<void> | null;
}

const reporting = () =>
  processState<Reporting>("node-report", () => ({
    id: null,
    startedAt: new Date(),
    heartbeat: null,
    applied: new Map(),
    unwritten: new Set(),
    writing: null,
  }));

/** Makes this process a node that writers may wait for. Two of the same name are two nodes. */
export async function startNode(): Promise<void> {
  const state = reporting();
  state.id = `${nodeName()}-${randomBase62(6)}`;
  state.startedAt = new Date();
  await sayUp(state, state.id);
  const { id } = state;
  const beat = () => void sayUp(state, id).catch(noteUnwritten);
  state.heartbeat = setInterval(beat, heartbeatMs).unref();
}

/** A clean stop: nobody waits for this node any more. */
export async function stopNode(): Promise<void> {
  const state = reporting();
  const { id, heartbeat } = state;
  if (heartbeat !== null) clearInterval(heartbeat);
  state.id = null;
  state.applied.clear();
  state.unwritten.clear();
  await state.writing;
  if (id !== null) await sql().query("delete from node where id = $1", [id]).catch(noteUnwritten);
}

/**
 * Says that this node is about to hold a workspace, before it reads its rules: a version that is made from then on
 * finds it among those to wait for, so none is said to be applied everywhere while this node has not read it.
 */
export async function holdRuleset(workspaceId: string): Promise<void> {
  const state = reporting();
  if (state.id === null || state.applied.has(workspaceId)) return;
  await write(state.id, [{ workspaceId, version: 0 }]);
  if (!state.applied.has(workspaceId)) state.applied.set(workspaceId, 0);
}

/** Reports the version that this node applies from now on, or null when it holds the workspace no more. Never waits. */
export function reportApplied(workspaceId: string, version: number | null): void {
  const state = reporting();
  if (state.id === null) return;
  if (version === null) state.applied.delete(workspaceId);
  else state.applied.set(workspaceId, version);
  state.unwritten.add(workspaceId);
  state.writing ??= writeAll(state).finally(() => (state.writing = null));
}

/** Writes what has come together, in one go, until nothing is left. */
async function writeAll(state: Reporting): Promise<void> {
  while (state.unwritten.size > 0 && state.id !== null) {
    const workspaces = [...state.unwritten];
    state.unwritten.clear();
    try {
      await writeReports(state, state.id, workspaces);
    } catch (error) {
      noteUnwritten(error);
      for (const workspaceId of workspaces) state.unwritten.add(workspaceId);
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
    }
  }
}

async function writeReports(state: Reporting, id: string, workspaces: readonly string[]): Promise<void> {
  const held = workspaces.flatMap((workspaceId) => {
    const version = state.applied.get(workspaceId);
    return version === undefined ? [] : [{ workspaceId, version }];
  });
  const dropped = workspaces.filter((workspaceId) => !state.applied.has(workspaceId));
  if (held.length > 0) await write(id, held);
  if (dropped.length > 0)
    await sql().query("delete from node_ruleset where node_id = $1 and workspace_id = any($2)", [
      id,
      dropped,
    ]);
  for (const { workspaceId, version } of held)
    await bus().publish({ kind: "ruleset-applied", workspaceId, version, node: id });
}

async function write(id: string, held: readonly { workspaceId: string; version: number }[]): Promise<void> {
  await sql().query(
    `insert into node_ruleset (node_id, workspace_id, version, applied_at)
     select $1, w, v, now() from unnest($2::text[], $3::int[]) as h(w, v)
     on conflict (node_id, workspace_id) do update set version = excluded.version, applied_at = now()`,
    [id, held.map(({ workspaceId }) => workspaceId), held.map(({ version }) => version)],
  );
}

/** Begins anew where others took this node for gone: it was cut off from the database for long. */
async function sayUp(state: Reporting, id: string): Promise<void> {
  const { rows } = await sql().query<{ is_new: boolean }>(
    `insert into node (id, started_at, seen_at) values ($1, $2, now())
     on conflict (id) do update set seen_at = now() returning xmax = 0 as is_new`,
    [id, state.startedAt],
  );
  if (rows[0]?.is_new === true)
    for (const [workspaceId, version] of state.applied) reportApplied(workspaceId, version);
  await sql().query("delete from node where seen_at < now() - make_interval(mins => $1)", [
    forgottenAfterMinutes,
  ]);
}

function noteUnwritten(error: unknown): void {
  log.warn({ err: error }, "what this node applies could not be reported; it tries again");
}
