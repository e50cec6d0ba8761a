import { boundedQueue, type BoundedQueue } from "@/lib/events/stream/bounded-queue";

/** What goes to one client of a live stream. */
export type StreamItem<Row> =
  /** `place` is what the client may resume behind; null within a backlog: who loses that begins it again. */
  | { kind: "row"; row: Row; place: string | null }
  /** So many were left out here, because the client reads too slowly. */
  | { kind: "dropped"; count: number }
  /** Everything up to here was looked at. */
  | { kind: "position"; place: string }
  | { kind: "end"; reason: string };

export type RowQueue<Row> = BoundedQueue<StreamItem<Row>>;

/** Rows that wait for one client at most, and how long they may be together. */
export const queuedRowsMax = 1_000;
const queuedLengthMax = 4_194_304;

/** `weigh` says of a row how long it is, and for how many it stands. */
export function rowQueue<Row>(weigh: (row: Row) => { size: number; count: number }): RowQueue<Row> {
  return boundedQueue({
    itemsMax: queuedRowsMax,
    sizeMax: queuedLengthMax,
    weigh: (item) => (item.kind === "row" ? weigh(item.row) : { size: 0, count: 0 }),
  });
}

/** What waits, whenever something does, until the queue is closed. */
export async function* taken<Row>(queue: RowQueue<Row>): AsyncGenerator<StreamItem<Row>[]> {
  for (let waiting = await queue.take(); waiting !== null; waiting = await queue.take()) {
    const { items, dropped } = waiting;
    yield dropped === 0 ? items : [...items, { kind: "dropped", count: dropped }];
  }
}
