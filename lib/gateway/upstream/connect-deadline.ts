/** A call that waits for a connection to its upstream. */
export interface Connecting {
  /** By `performance.now()`. */
  deadlineMs: number;
  giveUp(): void;
}

const sweepMs = 50;
const waiting = new Set<Connecting>();
let sweeping: NodeJS.Timeout | null = null;

/**
 * Calls `giveUp` once the deadline is over by up to 50 ms, unless {@link stopWaiting} came first. One timer serves all
 * calls, because nearly all of them get their connection at once and a timer each costs more than that takes.
 */
export function awaitConnection(connecting: Connecting): void {
  waiting.add(connecting);
  sweeping ??= setInterval(sweep, sweepMs);
}

/** The connection is there, or nobody waits for it any more. */
export function stopWaiting(connecting: Connecting): void {
  waiting.delete(connecting);
}

function sweep(): void {
  const nowMs = performance.now();
  for (const connecting of waiting) {
    if (connecting.deadlineMs > nowMs) continue;
    waiting.delete(connecting);
    connecting.giveUp();
  }
  if (waiting.size > 0 || sweeping === null) return;
  clearInterval(sweeping);
  sweeping = null;
}
