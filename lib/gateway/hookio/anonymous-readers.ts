import { addressGroup } from "@/lib/accounts/sign-in/attempts";
import { Problem } from "@/lib/api/problem";
import { processState } from "@/lib/process/state";

/** What readers without a key may ask of one node: calls in a minute from one address, open streams of one, and of all. */
export const anonymousMax = { callsPerMinute: 60, streamsPerAddress: 5, streams: 500 } as const;

/** Addresses counted by themselves in one minute; those beyond share one count. */
export const countedMax = 20_000;

const minuteMs = 60_000;

/** Bounds what those can ask of whom only the address is known; a /64 of IPv6 counts as one. */
export function createAnonymousReaders(now: () => number = () => Date.now()) {
  let minute = 0;
  let calls = new Map<string, number>();
  const open = new Map<string, number>();
  let openInAll = 0;
  return {
    /** Counts one call. Throws `rate-limited` until the minute is over. */
    call(address: string | null): void {
      const present = Math.floor(now() / minuteMs);
      if (present !== minute) calls = new Map();
      minute = present;
      const group = addressGroup(address);
      const slot = calls.has(group) || calls.size < countedMax ? group : "others";
      const count = calls.get(slot) ?? 0;
      if (count >= anonymousMax.callsPerMinute)
        throw limited("Too many calls without a key.", Math.ceil(((present + 1) * minuteMs - now()) / 1000));
      calls.set(slot, count + 1);
    },
    /** Takes the place of one open stream, until the signal. Throws `rate-limited` when there is none. */
    open(address: string | null, until: AbortSignal): void {
      const group = addressGroup(address);
      const count = open.get(group) ?? 0;
      if (count >= anonymousMax.streamsPerAddress || openInAll >= anonymousMax.streams)
        throw limited("Too many open streams without a key.", 10);
      if (until.aborted) return;
      open.set(group, count + 1);
      openInAll += 1;
      until.addEventListener("abort", () => leave(group), { once: true });
    },
    /** How many addresses are remembered. */
    size: () => calls.size + open.size,
  };

  function leave(group: string): void {
    openInAll -= 1;
    const left = (open.get(group) ?? 1) - 1;
    if (left === 0) open.delete(group);
    else open.set(group, left);
  }
}

function limited(sentence: string, retryAfterSeconds: number): Problem {
  return new Problem("rate-limited", `${sentence} Wait, or send a key.`, { retryAfterSeconds });
}

/** Those of this process. */
export const anonymousReaders = () => processState("anonymous-readers", () => createAnonymousReaders());
