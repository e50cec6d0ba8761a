import type { Decision } from "@/lib/events/schema";
import type { KeyUsage } from "@/lib/usage/schema";

/** Calls in the last full hour and the running one, of an hourly series. */
export function lastHour(series: readonly number[]): number {
  return series.slice(-2).reduce((sum, calls) => sum + calls, 0);
}

/** Who still calls with what during an overlap: calls of the last hour by secret. */
export interface OverlapTraffic {
  newCalls: number;
  oldCalls: number;
  /** Share of the new secret, 0 to 1; null without calls. */
  newShare: number | null;
}

/** Reads the split of an overlap from a day of hourly usage. */
export function overlapTraffic(usage: Pick<KeyUsage, "bySecret">, oldSecretId: string): OverlapTraffic {
  const of = (old: boolean) =>
    usage.bySecret
      .filter(({ secretId }) => (secretId === oldSecretId) === old)
      .reduce((sum, { series }) => sum + lastHour(series), 0);
  const [newCalls, oldCalls] = [of(false), of(true)];
  const all = newCalls + oldCalls;
  return { newCalls, oldCalls, newShare: all === 0 ? null : newCalls / all };
}

/** `94.1 %` of a share; what is not quite all or nothing is not rounded to it. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent > 99.9) return "> 99.9 %";
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(1)} %`;
}

/** A program that still presents the old secret. */
export interface Caller {
  address: string;
  /** Beginning of its user agent; null when it sent none. */
  program: string | null;
  service: string | null;
  calls: number;
  /** RFC 3339. */
  lastAt: string;
}

/** Callers of one secret among recent decisions, newest first: by address and program. */
export function callersOf(decisions: readonly Decision[], secretId: string): Caller[] {
  const callers = new Map<string, Caller>();
  for (const { credential, address, userAgent, service, at, count } of decisions) {
    if (credential?.secretId !== secretId) continue;
    const id = `${address} ${userAgent}`;
    const known = callers.get(id);
    if (known) known.calls += count;
    else
      callers.set(id, {
        address: address ?? "unknown",
        program: programOf(userAgent),
        service,
        calls: count,
        lastAt: at,
      });
  }
  return [...callers.values()].sort((one, other) => other.calls - one.calls);
}

/** `node-fetch/3.3` of a whole user agent. */
function programOf(userAgent: string | null): string | null {
  return userAgent?.split(" ")[0]?.slice(0, 60) || null;
}
