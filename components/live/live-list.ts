import type { StreamState } from "@/lib/client/records/event-stream";
import type { LiveSource } from "@/lib/client/records/live-source";
import type { ProblemError } from "@/lib/client/request/problem-error";

/** What a live list shows now. */
export interface LiveView<Row> {
  /** Newest first. */
  rows: readonly Row[];
  /** Ids that came so lately that their arrival is still drawn. */
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

/** A live list: rows are kept outside React, so that a fast stream is drawn at most ten times a second, and only while it is seen. */
export interface LiveList<Row> {
  subscribe(listener: () => void): () => void;
  view(): LiveView<Row>;
  setPaused(paused: boolean): void;
}

export interface LiveListOptions<Row> {
  source: LiveSource<Row>;
  /** Newest first. */
  initial: readonly Row[];
  /** Puts rows in order, newest first, where they may come out of it; else they stand as they came. */
  order?: ((one: Row, other: Row) => number) | undefined;
}

/** The oldest rows beyond so many are let go. */
export const rowsMax = 300;
const gatherMs = 100;
const arrivalMs = 2_000;

/** Follows a source behind `initial` while anyone subscribes; goes on where it was for the next. */
export function createLiveList<Row extends { id: string }>(options: LiveListOptions<Row>): LiveList<Row> {
  const { source, initial, order } = options;
  let view: LiveView<Row> = { ...beginning, rows: initial };
  let pending: Row[] = [];
  /** Of rows that are shown or wait to be. */
  let known = idsOf(initial);
  /** How many came since rows were drawn. */
  let undrawn = 0;
  let isGathering = false;
  const arrivals = new Map<string, number>();
  let stop: (() => void) | null = null;
  const listeners = new Set<() => void>();

  function change(part: Partial<LiveView<Row>>) {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }
  function show(rows: readonly Row[]) {
    const shown = rows.slice(0, rowsMax);
    known = idsOf(shown);
    return shown;
  }
  function draw() {
    isGathering = false;
    if (view.paused) return change({ waiting: undrawn });
    if (pending.length === 0) return;
    const now = Date.now();
    for (const [id, at] of arrivals) if (now - at > arrivalMs) arrivals.delete(id);
    for (const { id } of pending) arrivals.set(id, now);
    const rows = [...pending.reverse(), ...view.rows];
    pending = [];
    undrawn = 0;
    if (order !== undefined) rows.sort(order);
    change({ rows: show(rows), arrived: new Set(arrivals.keys()), waiting: 0 });
  }
  function take(row: Row) {
    if (known.has(row.id)) return;
    known.add(row.id);
    pending.push(row);
    const lost = pending.length > rowsMax ? pending.shift() : undefined;
    if (lost !== undefined) known.delete(lost.id);
    undrawn += 1;
    if (isGathering) return;
    isGathering = true;
    setTimeout(() => requestAnimationFrame(draw), gatherMs);
  }
  function begin(newest: readonly Row[], joined: boolean) {
    const told = idsOf(newest);
    const isJoined = joined || view.rows.some(({ id }) => told.has(id));
    const older = isJoined ? view.rows.filter(({ id }) => !told.has(id)) : [];
    change({ rows: show([...[...newest].reverse(), ...older]) });
  }
  function start() {
    return source({
      onRow: take,
      onNewest: (rows, { joined }) => begin(rows, joined),
      onState(state, error) {
        change({ state, error, attempts: state === "reconnecting" ? view.attempts + 1 : 0 });
      },
      onDropped: (count) => change({ dropped: view.dropped + count }),
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
      if (!paused) draw();
    },
  };
}

const beginning = {
  arrived: new Set<string>(),
  state: "connecting",
  error: null,
  attempts: 0,
  paused: false,
  waiting: 0,
  dropped: 0,
} as const;

function idsOf(rows: readonly { id: string }[]): Set<string> {
  return new Set(rows.map(({ id }) => id));
}
