import { followDecisions } from "@/lib/client/records/decision-stream";
import type { StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import type { Decision, DecisionFilters } from "@/lib/events/schema";

/** What a live tail shows now. */
export interface TailView {
  /** Newest first. */
  rows: readonly Decision[];
  /** Ids that came with the last change. */
  arrived: ReadonlySet<string>;
  state: StreamState;
  error: ProblemError | null;
  /** How often connecting was tried since the stream was lost. */
  attempts: number;
  paused: boolean;
  /** Rows that came while paused and are not shown yet. */
  waiting: number;
  /** Rows that the server left out because they came faster than they were read. */
  dropped: number;
}

/** A live tail: rows are kept outside React, so that a fast stream renders at most ten times a second. */
export interface Tail {
  subscribe(listener: () => void): () => void;
  view(): TailView;
  setPaused(paused: boolean): void;
}

const rowsMax = 300;
const flushMs = 100;

/** Follows decisions behind `initial` (newest first) while anyone subscribes; resumes where it was for the next. */
export function createTail({
  filters,
  initial,
}: {
  filters: DecisionFilters;
  initial: readonly Decision[];
}): Tail {
  let view: TailView = {
    rows: initial,
    arrived: new Set(),
    state: "connecting",
    error: null,
    attempts: 0,
    paused: false,
    waiting: 0,
    dropped: 0,
  };
  let after = newestSeq(initial);
  let pending: Decision[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stop: (() => void) | null = null;
  const listeners = new Set<() => void>();

  function change(part: Partial<TailView>) {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }
  function flush() {
    timer = null;
    if (view.paused) return change({ waiting: pending.length });
    if (pending.length === 0) return;
    const known = new Set(view.rows.map((row) => row.id));
    const fresh = pending.filter((row) => !known.has(row.id)).reverse();
    pending = [];
    change({
      rows: [...fresh, ...view.rows].slice(0, rowsMax),
      arrived: new Set(fresh.map((row) => row.id)),
      waiting: 0,
    });
  }
  function start() {
    return followDecisions(
      { filters, after },
      {
        onDecision(decision) {
          after = decision.seq;
          pending.push(decision);
          if (pending.length > rowsMax) pending.shift();
          timer ??= setTimeout(flush, flushMs);
        },
        onState(state, error) {
          change({ state, error, attempts: state === "reconnecting" ? view.attempts + 1 : 0 });
        },
        onDropped(count) {
          change({ dropped: view.dropped + count });
        },
      },
    );
  }
  return {
    subscribe(listener) {
      listeners.add(listener);
      stop ??= start();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
    view: () => view,
    setPaused(paused) {
      change({ paused });
      if (!paused) flush();
    },
  };
}

/** Sequence numbers are decimal text beyond what a number holds. */
function newestSeq(rows: readonly Decision[]): string | null {
  const newest = rows.reduce<bigint | null>((most, row) => {
    const seq = BigInt(row.seq);
    return most === null || seq > most ? seq : most;
  }, null);
  return newest === null ? "0" : String(newest);
}
