import { z } from "zod";
import { bus } from "@/lib/bus/bus";
import { sql } from "@/lib/db/client";
import { goneAfterSeconds } from "@/lib/nodes/report";
import type { NodeView } from "@/lib/nodes/schema";

/** How long a writer waits for the nodes, and how often it looks for itself, for when the bus is down. */
export const waitMaxMs = 10_000;
const lookMs = 500;

const NodeRow = z.object({
  id: z.string(),
  startedAt: z.date(),
  seenAt: z.date(),
  live: z.boolean(),
  applied: z.number().nullable(),
  appliedAt: z.date().nullable(),
});

/** Every node that is up or was lately, and the version that it applies in a workspace. */
export async function readNodes(workspaceId: string): Promise<NodeView[]> {
  const { rows } = await sql().query(
    `select n.id, n.started_at as "startedAt", n.seen_at as "seenAt", r.applied_at as "appliedAt",
            n.seen_at > now() - make_interval(secs => ${goneAfterSeconds}) as live, nullif(r.version, 0) as applied
       from node n left join node_ruleset r on r.node_id = n.id and r.workspace_id = $1 order by n.id`,
    [workspaceId],
  );
  return z
    .array(NodeRow)
    .parse(rows)
    .map(({ startedAt, seenAt, appliedAt, ...node }) => ({
      ...node,
      startedAt: startedAt.toISOString(),
      seenAt: seenAt.toISOString(),
      appliedAt: appliedAt?.toISOString() ?? null,
    }));
}

/** What came of waiting: how many live nodes hold the workspace, and which of them do not apply the version yet. */
export interface AppliedEverywhere {
  nodes: number;
  waiting: string[];
}

/**
 * Waits until every live node that holds the workspace applies `version` or a newer one, at most `maxMs`. Nodes say so
 * on the bus; the database is asked first, after each word, and now and then in case the bus is down.
 */
export async function appliedEverywhere(
  workspaceId: string,
  version: number,
  maxMs = waitMaxMs,
): Promise<AppliedEverywhere> {
  const until = performance.now() + maxMs;
  let wake = () => {};
  const stop = bus().subscribe((message) => {
    if (message.kind === "ruleset-applied" && message.workspaceId === workspaceId) wake();
  });
  try {
    for (;;) {
      // Made before the look, so that what is said during it is not missed.
      const told = new Promise<void>((resolve) => (wake = resolve));
      const seen = await lookAround(workspaceId, version);
      const leftMs = until - performance.now();
      if (seen.waiting.length === 0 || leftMs <= 0) return seen;
      await Promise.race([told, pause(Math.min(lookMs, leftMs))]);
    }
  } finally {
    stop();
  }
}

async function lookAround(workspaceId: string, version: number): Promise<AppliedEverywhere> {
  const { rows } = await sql().query<{ id: string; version: number }>(
    `select n.id, r.version from node n join node_ruleset r on r.node_id = n.id
      where r.workspace_id = $1 and n.seen_at > now() - make_interval(secs => ${goneAfterSeconds})`,
    [workspaceId],
  );
  return {
    nodes: rows.length,
    waiting: rows.filter((row) => row.version < version).map(({ id }) => id),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
