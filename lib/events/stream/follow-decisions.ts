import { requireScope, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import { followWorkspace } from "@/lib/events/fan-out";
import type { Decision, DecisionFilters } from "@/lib/events/schema";
import {
  boundFilters,
  filterConditions,
  passes,
  type BoundFilters,
} from "@/lib/events/stream/decision-filter";
import { keepOpen } from "@/lib/events/stream/keep-open";
import { decisionOf, decisionSelect, newestSeq, type DecisionRow } from "@/lib/events/stream/loaded-decision";
import { rowQueue, taken, type StreamItem } from "@/lib/events/stream/row-queue";

/** What a client wants to follow. */
export interface Following {
  filters: DecisionFilters;
  /** Sequence number of the last decision it has; null begins with the next one. */
  after: number | null;
  /** Asked while the stream is open: who the same request would come from now. Throws a {@link Problem} when nobody any more. */
  authenticateAgain(): Promise<Actor>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

const rowsPerRead = 500;

/**
 * Decisions as they come, oldest first, without gap or double: first those behind `after` from the database, then live.
 * Each step yields what waits for this client. Ends with an `end` item when the caller loses its right.
 */
export async function followDecisions(
  actor: Actor,
  following: Following,
): Promise<AsyncGenerator<StreamItem<Decision>[]>> {
  requireScope(actor, "read:decisions");
  return follow(actor, following, await boundFilters(actor, following.filters));
}

async function* follow(
  actor: Actor,
  following: Following,
  filters: BoundFilters,
): AsyncGenerator<StreamItem<Decision>[]> {
  const queue = rowQueue<Decision>(({ count }) => ({ size: 0, count }));
  const live = { on: false, newest: 0 };
  let ended: string | null = null;
  const { position, stop } = await followWorkspace(actor.workspaceId, {
    take(loaded) {
      if (loaded.seq <= live.newest) return;
      live.newest = loaded.seq;
      if (live.on && passes(filters, loaded)) queue.push(itemOf(loaded.decision));
    },
    end: () => queue.close(),
  });
  live.newest = Math.max(live.newest, position);
  const letGo = keepOpen(actor, {
    scopes: ["read:decisions"],
    authenticateAgain: following.authenticateAgain,
    signal: following.signal,
    onGone: () => queue.close(),
    onLost() {
      ended = "The right to read decisions ended.";
      queue.close();
    },
    onBeat() {
      if (live.on && queue.isEmpty()) queue.push(positionOf(live.newest));
    },
  });
  try {
    let from = await startOf(actor.workspaceId, { after: following.after, newest: live.newest });
    live.newest = Math.max(live.newest, from);
    yield [positionOf(from)];
    while (from < live.newest && !following.signal.aborted) {
      const upTo = live.newest;
      const page = await readSpan({ actor, filters, from, upTo });
      from = page.position;
      if (page.items.length > 0) yield page.items;
    }
    // Nothing is awaited between the loop's last look and this line, so no row falls between.
    live.on = true;
    yield* taken(queue);
    if (ended !== null) yield [{ kind: "end", reason: ended }];
  } finally {
    letGo();
    stop();
  }
}

function itemOf(decision: Decision): StreamItem<Decision> {
  return { kind: "row", row: decision, place: decision.seq };
}

function positionOf(seq: number): StreamItem<Decision> {
  return { kind: "position", place: String(seq) };
}

/** Where a client goes on. From another node it may be ahead of this one's feed, but not of the database. */
async function startOf(
  workspaceId: string,
  { after, newest }: { after: number | null; newest: number },
): Promise<number> {
  if (after === null || after <= newest) return after ?? newest;
  return Math.min(after, await newestSeq(workspaceId));
}

/** The next matching rows of (`from`, `upTo`], and the position that they reach. */
async function readSpan(span: { actor: Actor; filters: BoundFilters; from: number; upTo: number }) {
  const values: unknown[] = [span.actor.workspaceId, span.from, span.upTo];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = (["indexed", "other"] as const).flatMap((kind) =>
    filterConditions(span.filters, { kind, bind }),
  );
  const { rows } = await sql().query<DecisionRow>(
    `select ${decisionSelect} from decision where workspace_id = $1 and seq > $2 and seq <= $3
     ${conditions.map((condition) => `and ${condition}`).join(" ")}
     order by decision.seq limit ${rowsPerRead}`,
    values,
  );
  const items = rows.map((row) => itemOf(decisionOf(row)));
  const last = rows.at(-1);
  return {
    items,
    position: rows.length === rowsPerRead && last !== undefined ? Number(last.seq) : span.upTo,
  };
}
