/** Frames that were written once for everyone who gets them. */
export interface Chunk {
  bytes: Uint8Array;
  /** Events in it. */
  count: number;
}

/** What waits for one reader: chunks in order, then how many events were left out behind them. */
export interface Waiting {
  chunks: Uint8Array[];
  dropped: number;
}

/** Bytes that wait for one reader; later ones are dropped and counted until it has read. */
export const waitingBytesMax = 512 * 1024;

/** A bounded queue between the feed, which never waits, and a reader, which may. */
export interface ReaderQueue {
  push(chunk: Chunk): void;
  /** Resolves with what waits as soon as something does; null after `close`. */
  take(): Promise<Waiting | null>;
  /** Whether nothing waits. */
  isEmpty(): boolean;
  /** What still waits is taken first. */
  close(): void;
}

export function readerQueue(): ReaderQueue {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let dropped = 0;
  let closed = false;
  let wake: (() => void) | null = null;
  const settle = () => {
    wake?.();
    wake = null;
  };
  const isEmpty = () => chunks.length === 0 && dropped === 0;
  return {
    push(chunk) {
      if (closed) return;
      const isFull = bytes > 0 && bytes + chunk.bytes.length > waitingBytesMax;
      if (dropped > 0 || isFull) dropped += chunk.count;
      else {
        chunks.push(chunk.bytes);
        bytes += chunk.bytes.length;
      }
      settle();
    },
    async take() {
      while (isEmpty() && !closed) await new Promise<void>((resolve) => (wake = resolve));
      if (isEmpty()) return null;
      const waiting = { chunks, dropped };
      chunks = [];
      bytes = 0;
      dropped = 0;
      return waiting;
    },
    isEmpty,
    close() {
      closed = true;
      settle();
    },
  };
}
