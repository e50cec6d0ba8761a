import type { LogLine } from "@/lib/logs/schema";

/** What goes to one client of a log's stream. `place` is what the client may resume behind, null within a backlog. */
export type LogItem =
  | { kind: "line"; line: LogLine; place: string | null }
  /** So many lines were left out here, because the client reads too slowly. */
  | { kind: "dropped"; count: number }
  /** Everything up to here was looked at. */
  | { kind: "position"; place: string }
  | { kind: "end"; reason: string };

/** Lines that wait for one client at most, and how long they may be together; later ones are dropped and counted until it has read. */
export const queuedLinesMax = 1_000;
const queuedLengthMax = 4_194_304;

/** A bounded queue between the feeds, which never wait, and a client, which may. */
export interface LineQueue {
  push(item: LogItem): void;
  /** Resolves with what waits as soon as something does; null after `close`. */
  take(): Promise<LogItem[] | null>;
  /** What still waits is taken first. */
  close(): void;
}

export function lineQueue(): LineQueue {
  let items: LogItem[] = [];
  let length = 0;
  let dropped = 0;
  let closed = false;
  let wake: (() => void) | null = null;
  const settle = () => {
    wake?.();
    wake = null;
  };
  const isFull = () => dropped > 0 || items.length >= queuedLinesMax || length >= queuedLengthMax;
  const drain = (): LogItem[] => {
    const taken = dropped === 0 ? items : [...items, { kind: "dropped" as const, count: dropped }];
    items = [];
    length = 0;
    dropped = 0;
    return taken;
  };
  return {
    push(item) {
      if (closed) return;
      if (item.kind === "line" && isFull()) dropped += 1;
      else if (item.kind !== "position" || items.length === 0) {
        items.push(item);
        if (item.kind === "line") length += lengthOf(item.line);
      }
      settle();
    },
    async take() {
      while (items.length === 0 && dropped === 0 && !closed)
        await new Promise<void>((resolve) => (wake = resolve));
      return items.length === 0 && dropped === 0 ? null : drain();
    },
    close() {
      closed = true;
      settle();
    },
  };
}

function lengthOf({ message, data }: LogLine): number {
  return message.length + (data === null ? 0 : JSON.stringify(data).length);
}
