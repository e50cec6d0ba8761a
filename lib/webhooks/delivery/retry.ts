const minutes = 60;
const hours = 3_600;

/** Seconds from a failed attempt to the next; the first is made at once. */
const delays = [
  5,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** Attempts of one delivery until it counts as failed. */
export const triesMax = delays.length + 1;

/** Longest wait that a receiver may ask for: a day. */
export const retryAfterMsMax = 24 * hours * 1_000;

/**
 * Milliseconds until the next attempt after `tries` failed ones, or null when there is none: up to a fifth longer than
 * the schedule says, so that what failed together does not come together, and never before the receiver asked for it.
 */
export function nextDelayMs(
  { tries, retryAfterMs }: { tries: number; retryAfterMs: number | null },
  random = Math.random,
): number | null {
  const delay = delays[tries - 1];
  if (delay === undefined) return null;
  return Math.max(delay * 1_000 * (1 + random() / 5), Math.min(retryAfterMs ?? 0, retryAfterMsMax));
}
