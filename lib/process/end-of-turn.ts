/** A disk that refused a write is asked again after this long. */
const retryMs = 100;

/** So many answers leave at once, so that their readers are at work while the rest of a long turn is. */
const groupMax = 8;

let waiting: (() => void)[] = [];
let first: (() => boolean) | null = null;
/** Set while the disk refuses; then nothing but this asks it again. */
let retry: NodeJS.Timeout | null = null;

/**
 * Runs `send` when every request that came in with this turn of the event loop has been worked on. Answers that leave
 * together wake their reader once, not once each, which is most of what sending a small answer costs.
 */
export function atEndOfTurn(send: () => void): void {
  const { length } = waiting;
  waiting.push(send);
  if (retry !== null) return;
  if (length === 0) setImmediate(sendAll);
  else if (length + 1 >= groupMax) sendAll();
}

/** Sets what runs before the answers of a turn are sent; while it answers false they stay. Null for nothing. */
export function beforeAnswers(run: (() => boolean) | null): void {
  first = run;
}

function sendAll(): void {
  if (retry !== null) return;
  if (first !== null && !first()) {
    retry = setTimeout(() => {
      retry = null;
      sendAll();
    }, retryMs).unref();
    return;
  }
  const ready = waiting;
  waiting = [];
  for (const send of ready) send();
}
