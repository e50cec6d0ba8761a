import { followEvents } from "@/lib/client/records/events";
import type { StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import type { CloudEvent, EventFilters } from "@/lib/events/schema";

/** What a live list of events shows now. */
export interface EventTailView {
  /** Newest first. */
  rows: readonly CloudEvent[];
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

/** A live list: rows are kept outside React, so that a fast stream renders at most ten times a second. */
export interface EventTail {
  subscribe(listener: () => void): () => void;
  view(): EventTailView;
  setPaused(paused: boolean): void;
}

const rowsMax = 300;
const flushMs = 100;

/** Follows events behind `initial` (newest first) while anyone subscribes. */
export function createEventTail({
  filters,
  initial,
}: {
  filters: EventFilters;
  initial: readonly CloudEvent[];
}): EventTail {
  let view: EventTailView = {
    rows: initial,
    arrived: new Set(),
    state: "connecting",
    error: null,
    attempts: 0,
    paused: false,
    waiting: 0,
    dropped: 0,
  };
  let pending: CloudEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stop: (() => void) | null = null;
  const listeners = new Set<() => void>();

  function change(part: Partial<EventTailView>) {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }
  /** What waits and is not shown yet; the first connection tells the newest few again. */
  function fresh(): CloudEvent[] {
    const known = new Set(view.rows.map(({ id }) => id));
    return pending.filter(({ id }) => !known.has(id));
  }
  function flush() {
    timer = null;
    pending = fresh();
    if (view.paused) return change({ waiting: pending.length });
    if (pending.length === 0) return;
    const rows = [...pending, ...view.rows].sort((one, other) => (one.time < other.time ? 1 : -1));
    const arrived = new Set(pending.map(({ id }) => id));
    pending = [];
    change({ rows: rows.slice(0, rowsMax), arrived, waiting: 0 });
  }
  function start() {
    return followEvents(filters, {
      onEvent(event) {
        pending.push(event);
        if (pending.length > rowsMax) pending.shift();
        timer ??= setTimeout(flush, flushMs);
      },
      onState(state, error) {
        change({ state, error, attempts: state === "reconnecting" ? view.attempts + 1 : 0 });
      },
      onDropped(count) {
        change({ dropped: view.dropped + count });
      },
    });
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
