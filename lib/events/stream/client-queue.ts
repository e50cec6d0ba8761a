import type { Decision } from "@/lib/events/schema";

/** What goes to one client of a live stream. */
export type StreamItem =
  | { kind: "decision"; decision: Decision }
  /** So many decisions were left out here, because the client reads too slowly. */
  | { kind: "dropped"; count: number }
  /** Everything up to here was looked at; the client may resume from it. */
  | { kind: "position"; seq: number }
  | { kind: "end"; reason: string };

/** Rows that wait for one client; later ones are dropped and counted until it has read. */
export const clientQueueMax = 1_000;

/** A bounded queue between the fan-out, which never waits, and a client, which may. */
export interface ClientQueue {
  push(item: StreamItem): void;
  /** Resolves with what waits as soon as something does; null after `close`. */
  take(): Promise<StreamItem[] | null>;
  /** What still waits is taken first. */
  close(): void;
}

export function clientQueue(): ClientQueue {
  let items: StreamItem[] = [];
  let dropped = 0;
  let closed = false;
  let wake: (() => void) | null = null;
  const settle = () => {
    wake?.();
    wake = null;
  };
  const drain = (): StreamItem[] => {
    const taken = dropped === 0 ? items : [...items, { kind: "dropped" as const, count: dropped }];
    items = [];
    dropped = 0;
    return taken;
  };
  return {
    push(item) {
      if (closed) return;
      if (item.kind === "decision" && (dropped > 0 || items.length >= clientQueueMax))
        dropped += item.decision.count;
      else if (item.kind !== "position" || items.length === 0) items.push(item);
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
