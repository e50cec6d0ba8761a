let waiting: (() => void)[] = [];

/**
 * Runs `send` when every request that came in with this turn of the event loop has been worked on. Answers that leave
 * together wake their reader once, not once each, which is most of what sending a small answer costs.
 */
export function atEndOfTurn(send: () => void): void {
  if (waiting.push(send) === 1) setImmediate(sendAll);
}

function sendAll(): void {
  const ready = waiting;
  waiting = [];
  for (const send of ready) send();
}
