import type { LatchkeyError } from "@/lib/client/sdk/failure";

/** A wait that is asked for and longer than this is the caller's to decide on, in seconds. */
const retryAfterMax = 30;

const firstDelayMs = 200;
const delayMsMax = 5_000;

/**
 * Whether a call may be sent again after this failure. `repeatable`: doing it twice is doing it once, because of its
 * method (RFC 9110, 9.2.2) or its Idempotency-Key. Others go again only after 429, which is said before anything is done.
 */
export function mayRepeat(failure: LatchkeyError, repeatable: boolean): boolean {
  if ((failure.retryAfterSeconds ?? 0) > retryAfterMax) return false;
  if (failure.status === 429) return true;
  return repeatable && (failure.status === 0 || [502, 503, 504].includes(failure.status));
}

/**
 * How long to wait before repeat number `repeat` (0 first): what Retry-After says and a little more, else a random time
 * up to a bound that doubles ("full jitter", Brooker, Exponential Backoff And Jitter, 2015).
 */
export function delayMs(repeat: number, retryAfterSeconds: number | null, random = Math.random): number {
  const bound = Math.min(delayMsMax, firstDelayMs * 2 ** repeat);
  return retryAfterSeconds === null ? bound * random() : retryAfterSeconds * 1_000 + firstDelayMs * random();
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", gaveUp, { once: true });
    function done() {
      signal?.removeEventListener("abort", gaveUp);
      resolve();
    }
    function gaveUp() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}
