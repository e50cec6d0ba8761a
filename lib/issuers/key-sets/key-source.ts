import type { KeySet } from "@/lib/issuers/key-sets/key-set";

/** A set is read again when it is this old and asked for, without anybody waiting. */
export const refreshAfterMs = 300_000;

/** While reading fails, the last set counts this long after it was read; then its issuer's tokens are refused. */
export const staleMaxMs = 3_600_000;

/** A key that is not in the set has it read anew, at most this often. */
export const renewEveryMs = 10_000;

/** After a failure nothing is read for this long, doubled by every further one. */
export const retryAfterMs = { first: 10_000, most: 60_000 } as const;

/** How a source stands, for people. */
export interface KeySourceState {
  set: KeySet | null;
  /** Milliseconds since 1970; null for keys given by hand, and before the first reading. */
  readAtMs: number | null;
  lastError: string | null;
}

/** Where an issuer's keys come from. */
export interface KeySource {
  /** The set that counts now, or null. Has it read again in the background when that is due. */
  current(): KeySet | null;
  /** The same, after a reading where there is none. Null while there is none to be had; then it does not wait. */
  ready(): Promise<KeySet | null>;
  /** The set after a token named a key that it does not hold: read anew, unless that was done a moment ago. */
  renewed(): Promise<KeySet | null>;
  state(): KeySourceState;
}

/** Keys given by hand. */
export function staticKeySource(set: KeySet): KeySource {
  return {
    current: () => set,
    ready: () => Promise.resolve(set),
    renewed: () => Promise.resolve(set),
    state: () => ({ set, readAtMs: null, lastError: null }),
  };
}

interface Held {
  set: KeySet | null;
  readAt: number;
  readAtMs: number | null;
  /** Nothing is read before this moment. */
  notBefore: number;
  renewNotBefore: number;
  failures: number;
  lastError: string | null;
  reading: Promise<void> | null;
}

/**
 * Keys read from an address, one reading at a time. Ages are told by a clock that nobody sets back, so that a step of
 * the wall clock makes no set older or younger. A set that reads the same stays the same object.
 */
export function remoteKeySource(
  read: () => Promise<KeySet>,
  now: () => number = () => performance.now(),
): KeySource {
  const held: Held = {
    set: null,
    readAt: -Infinity,
    readAtMs: null,
    notBefore: -Infinity,
    renewNotBefore: -Infinity,
    failures: 0,
    lastError: null,
    reading: null,
  };
  const countingSet = () => (now() - held.readAt < staleMaxMs ? held.set : null);
  const mayRead = () => held.reading !== null || now() >= held.notBefore;
  const readNow = () => (held.reading ??= readInto(held, read, now).finally(() => (held.reading = null)));
  return {
    current() {
      if (now() - held.readAt >= refreshAfterMs && held.reading === null && mayRead()) void readNow();
      return countingSet();
    },
    async ready() {
      if (countingSet() === null && mayRead()) await readNow();
      return countingSet();
    },
    async renewed() {
      if (held.reading !== null || (now() >= held.renewNotBefore && mayRead())) await readNow();
      return countingSet();
    },
    state: () => ({ set: countingSet(), readAtMs: held.readAtMs, lastError: held.lastError }),
  };
}

async function readInto(held: Held, read: () => Promise<KeySet>, now: () => number): Promise<void> {
  try {
    const set = await read();
    if (held.set?.text !== set.text || held.set.refused.length !== set.refused.length) held.set = set;
    held.readAt = now();
    held.readAtMs = Date.now();
    held.failures = 0;
    held.lastError = null;
    held.notBefore = -Infinity;
  } catch (error) {
    held.failures += 1;
    held.lastError = error instanceof Error ? error.message : String(error);
    held.notBefore = now() + Math.min(retryAfterMs.most, retryAfterMs.first * 2 ** (held.failures - 1));
  }
  held.renewNotBefore = now() + renewEveryMs;
}
