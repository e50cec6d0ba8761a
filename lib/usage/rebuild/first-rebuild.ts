import { z } from "zod";
import { db, sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { rebuildUsage } from "@/lib/usage/rebuild/rebuild";

const done = "usage-made-from-decisions";
const dayMs = 86_400_000;

interface FirstRebuild {
  running: Promise<void> | null;
  stopping: boolean;
}

const state = () => processState<FirstRebuild>("first-rebuild", () => ({ running: null, stopping: false }));

/**
 * Makes usage from the decisions that were there before it was kept by the minute; once for a database, beside
 * everything else. A run that is stopped or killed begins anew at the next start and comes to the same.
 */
export function startFirstRebuild(): void {
  const first = state();
  first.stopping = false;
  first.running = rebuildOnce(() => first.stopping).catch((error: unknown) =>
    log.warn({ err: error }, "usage was not made from earlier decisions; the next start tries again"),
  );
}

/** Waits for the day that is being counted, then counts no more. */
export async function stopFirstRebuild(): Promise<void> {
  state().stopping = true;
  await state().running;
}

/** Counts every workspace's decisions, unless that was done before. `isOver` is asked before each day. */
async function rebuildOnce(isOver: () => boolean): Promise<void> {
  if ((await db().installation.findUnique({ where: { name: done } })) !== null) return;
  for (const { id } of await db().workspace.findMany({ select: { id: true } })) {
    await rebuildAll(id, isOver);
    if (isOver()) return;
  }
  await db().installation.createMany({
    data: [{ name: done, value: new Date().toISOString() }],
    skipDuplicates: true,
  });
}

const Span = z.array(z.object({ first: z.date().nullable(), last: z.date().nullable() }));

/** Counts all decisions of a workspace again, day by day, until `isOver`. */
export async function rebuildAll(workspaceId: string, isOver: () => boolean): Promise<void> {
  const { rows } = await sql().query(
    "select min(at) as first, max(at) as last from decision where workspace_id = $1",
    [workspaceId],
  );
  const [span] = Span.parse(rows);
  if (span === undefined || span.first === null || span.last === null) return;
  for (let day = Math.floor(span.first.getTime() / dayMs) * dayMs; day <= span.last.getTime(); day += dayMs) {
    if (isOver()) return;
    await rebuildUsage(workspaceId, { fromMs: day, toMs: day + dayMs, source: "decisions" });
  }
}
