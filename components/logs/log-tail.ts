import type { StreamState } from "@/lib/client/records/event-stream";
import { followLog } from "@/lib/client/records/log-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import type { LogFilters, LogLine } from "@/lib/logs/schema";

/** What a live log shows now. */
export interface LogTailView {
  /** Newest first. */
  rows: readonly LogLine[];
  /** Ids that came with the last change. */
  arrived: ReadonlySet<string>;
  state: StreamState;
  error: ProblemError | null;
  paused: boolean;
  /** Lines that came while paused and are not shown yet. */
  waiting: number;
  /** Lines that the server left out because they came faster than they were read. */
  dropped: number;
}

/** A live log: rows are kept outside React, so that a fast stream renders at most ten times a second. */
export interface LogTail {
  subscribe(listener: () => void): () => void;
  view(): LogTailView;
  setPaused(paused: boolean): void;
}

/** Lines that a live log begins with. */
export const firstLines = 50;
const rowsMax = 500;
const flushMs = 100;

/** Follows a log behind `initial` (newest first) while anyone subscribes; resumes where it was for the next. */
export function createLogTail({
  filters,
  initial,
}: {
  filters: LogFilters;
  initial: readonly LogLine[];
}): LogTail {
  let view: LogTailView = {
    rows: initial,
    arrived: new Set(),
    state: "connecting",
    error: null,
    paused: false,
    waiting: 0,
    dropped: 0,
  };
  let after: string | null = null;
  let pending: LogLine[] = [];
  const known = new Set(initial.map(({ id }) => id));
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stop: (() => void) | null = null;
  const listeners = new Set<() => void>();

  function change(part: Partial<LogTailView>) {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }
  function flush() {
    timer = null;
    if (view.paused) return change({ waiting: pending.length });
    if (pending.length === 0) return;
    const fresh = pending.reverse();
    pending = [];
    const rows = [...fresh, ...view.rows].slice(0, rowsMax);
    for (const { id } of view.rows.slice(Math.max(0, rowsMax - fresh.length))) known.delete(id);
    change({ rows, arrived: new Set(fresh.map(({ id }) => id)), waiting: 0 });
  }
  function start() {
    return followLog(
      { filters, last: firstLines, after },
      {
        onLine(line) {
          if (known.has(line.id)) return;
          known.add(line.id);
          pending.push(line);
          if (pending.length > rowsMax) pending.shift();
          timer ??= setTimeout(flush, flushMs);
        },
        onPlace: (place) => (after = place),
        onState: (state, error) => change({ state, error }),
        onDropped: (count) => change({ dropped: view.dropped + count }),
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
