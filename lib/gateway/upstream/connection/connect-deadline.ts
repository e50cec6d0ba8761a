/** A call that waits for a connection to its upstream. */
export interface Connecting {
  /** By `performance.now()`. */
  deadlineMs: number;
  /** Where it stands among those that wait, or -1. Kept by this file. */
  place: number;
  giveUp(): void;
}

const sweepMs = 50;
// An array with known places: a Set that gains and loses an entry with every call keeps the garbage collector busy,
// because the tables it outgrows still point at what they held.
const waiting: Connecting[] = [];
let sweeping: NodeJS.Timeout | null = null;

/**
 * Calls `giveUp` once the deadline is over by up to 50 ms, unless {@link stopWaiting} came first. One timer serves all
 * calls, because nearly all of them get their connection at once and a timer each costs more than that takes.
 */
export function awaitConnection(connecting: Connecting): void {
  connecting.place = waiting.push(connecting) - 1;
  sweeping ??= setInterval(sweep, sweepMs);
}

/** The connection is there, or nobody waits for it any more. */
export function stopWaiting(connecting: Connecting): void {
  if (connecting.place === -1) return;
  const last = waiting.pop();
  if (last !== undefined && last !== connecting) {
    waiting[connecting.place] = last;
    last.place = connecting.place;
  }
  connecting.place = -1;
}

function sweep(): void {
  const nowMs = performance.now();
  for (const connecting of waiting.filter(({ deadlineMs }) => deadlineMs <= nowMs)) {
    stopWaiting(connecting);
    connecting.giveUp();
  }
  if (waiting.length > 0 || sweeping === null) return;
  clearInterval(sweeping);
  sweeping = null;
}
