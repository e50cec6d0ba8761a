/** What waits for one reader: items in order, then how many things were left out behind them. */
export interface Waiting<Item> {
  items: Item[];
  dropped: number;
}

/** A bounded queue between a feed, which never waits, and a reader, which may. */
export interface BoundedQueue<Item> {
  push(item: Item): void;
  /** Resolves with what waits as soon as something does; null after `close`. */
  take(): Promise<Waiting<Item> | null>;
  /** Whether nothing waits. */
  isEmpty(): boolean;
  /** What still waits is taken first. */
  close(): void;
}

/** How much may wait together, and what one item adds to it. */
export interface QueueBounds<Item> {
  itemsMax: number;
  sizeMax: number;
  /** `count`: as how many it is counted when it is left out; an item of none is never left out. */
  weigh(item: Item): { size: number; count: number };
}

/** Items beyond the bounds, and all behind them, are left out and counted until what waits was taken. */
export function boundedQueue<Item>({ itemsMax, sizeMax, weigh }: QueueBounds<Item>): BoundedQueue<Item> {
  let items: Item[] = [];
  let size = 0;
  let dropped = 0;
  let closed = false;
  let wake: (() => void) | null = null;
  const isEmpty = () => items.length === 0 && dropped === 0;
  const settle = () => {
    wake?.();
    wake = null;
  };
  return {
    push(item) {
      if (closed) return;
      const added = weigh(item);
      const isFull = items.length >= itemsMax || (items.length > 0 && size + added.size > sizeMax);
      if (added.count > 0 && (dropped > 0 || isFull)) dropped += added.count;
      else {
        items.push(item);
        size += added.size;
      }
      settle();
    },
    async take() {
      while (isEmpty() && !closed) await new Promise<void>((resolve) => (wake = resolve));
      if (isEmpty()) return null;
      const waiting = { items, dropped };
      items = [];
      size = 0;
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
