import { currentKey } from "@/lib/audit/chain/heads/head";
import { remembered } from "@/lib/audit/chain/heads/signed-heads";
import { extentOf } from "@/lib/audit/chain/stored";
import { createWalk } from "@/lib/audit/chain/walk/walk";
import { walkStored } from "@/lib/audit/chain/walk/walk-stored";
import { checkBase, keepHead } from "@/lib/audit/verify";
import type { Finding, SignedHead } from "@/lib/audit/schema";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const everyMs = 5_000;
/** A chain in which something is wrong is looked at again after this long. */
const brokenForMs = 10 * 60_000;

interface Signing {
  timer: NodeJS.Timeout | null;
  running: Promise<void>;
  stopping: boolean;
  /** Workspaces whose chain is not sound → when that was seen. */
  broken: Map<string, number>;
}

const signing = () =>
  processState<Signing>("audit-signing", () => ({
    timer: null,
    running: Promise.resolve(),
    stopping: false,
    broken: new Map(),
  }));

/** From now on verifies and signs what was added to any chain, every 5 s, so that later it cannot be rewritten unseen. */
export function startSigningHeads(): void {
  const state = signing();
  state.stopping = false;
  plan(state);
}

/** Waits for a run under way, then no more. */
export async function stopSigningHeads(): Promise<void> {
  const state = signing();
  state.stopping = true;
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  await state.running;
}

function plan(state: Signing): void {
  state.timer = setTimeout(() => {
    state.running = run(state);
  }, everyMs).unref();
}

async function run(state: Signing): Promise<void> {
  try {
    for (const workspaceId of await chainsThatGrew()) {
      if (state.stopping) break;
      const sinceMs = Date.now() - (state.broken.get(workspaceId) ?? -Infinity);
      if (sinceMs > brokenForMs) await signOrTell(state, workspaceId);
    }
  } catch (error) {
    log.warn({ err: error }, "audit chains could not be signed; the next run tries again");
  }
  if (!state.stopping) plan(state);
}

async function signOrTell(state: Signing, workspaceId: string): Promise<void> {
  const { problems } = await signNewest(workspaceId);
  if (problems.length === 0) {
    state.broken.delete(workspaceId);
    return;
  }
  state.broken.set(workspaceId, Date.now());
  const [{ position, kind } = { position: 0, kind: "unknown" }] = problems;
  log.error({ workspaceId, position, kind }, "the audit chain is not as it was written; it is not signed");
}

/** Workspaces whose newest place is not signed under the current key. */
async function chainsThatGrew(): Promise<string[]> {
  const { rows } = await sql().query<{ workspace_id: string }>(
    `select t.workspace_id from trail t where t.audit_position > 0 and t.workspace_id <> '' and not exists (
       select 1 from audit_head h where h.workspace_id = t.workspace_id and h.position = t.audit_position and h.key_id = $1)`,
    [currentKey().id],
  );
  return rows.map((row) => row.workspace_id);
}

/**
 * Verifies what was added since the newest signed place, and signs the newest. Nothing is signed while something is
 * wrong, or when what this process signed before is no longer there.
 */
export async function signNewest(
  workspaceId: string,
): Promise<{ head: SignedHead | null; problems: Finding[] }> {
  const before = remembered(workspaceId);
  const extent = await extentOf(workspaceId);
  const { base, end } = extent;
  const rootWalk = createWalk(base);
  const signed = await checkBase(rootWalk, workspaceId, extent);
  if (!rootWalk.isSound()) return { head: null, problems: rootWalk.finish(null) };
  const walk = createWalk(signed === null || signed.position < base.position ? base : signed);
  const earlier = before === null ? [] : [{ ...before, by: "A head signed earlier" }];
  const options = { workspaceId, until: end.position, vouchers: earlier };
  for await (const chunk of walkStored(walk, options)) if (chunk.length === 0) break;
  for (const head of earlier) if (head.position > end.position) walk.vouched(head, head.by);
  const problems = walk.finish(end);
  if (problems.length > 0) return { head: null, problems };
  return { head: await keepHead({ workspace: workspaceId, base, ...walk.last() }), problems };
}
