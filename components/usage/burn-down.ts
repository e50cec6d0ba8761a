import { compactText } from "@/components/charts/prepare";
import { stopText } from "@/components/ui/words/ahead";

/** A quota as far as it is used in its running period; times are RFC 3339. */
export interface Burn {
  limit: number;
  /** Null while nobody can say. */
  used: number | null;
  startsAt: string;
  endsAt: string;
}

/** Where a quota is going at the pace of its period so far. */
export interface Forecast {
  /** Share that is used, 0 to 1. */
  used: number;
  /** Share that will be used by the end of the period, at most 1. */
  byEnd: number;
  /** When it will be spent, RFC 3339; null when not within the period. */
  spentAt: string | null;
}

/** Less of a period than this says nothing about its rest. */
const leastGone = 0.02;

/** A straight line through what was used until now; null where that is not known or the period has hardly begun. */
export function forecastOf({ limit, used, startsAt, endsAt }: Burn, nowMs: number): Forecast | null {
  if (used === null) return null;
  const [begin, end] = [Date.parse(startsAt), Date.parse(endsAt)];
  const gone = Math.min(1, Math.max(0, (nowMs - begin) / (end - begin)));
  const share = Math.min(1, used / limit);
  if (share >= 1 || gone < leastGone) return { used: share, byEnd: share, spentAt: null };
  const byEnd = share / gone;
  const spentAt = byEnd > 1 ? new Date(begin + ((nowMs - begin) * limit) / Math.max(1, used)) : null;
  return { used: share, byEnd: Math.min(1, byEnd), spentAt: spentAt?.toISOString() ?? null };
}

/** What a forecast means, in a sentence. */
export function forecastText(burn: Burn, nowMs: number): string {
  const forecast = forecastOf(burn, nowMs);
  if (forecast === null) return "The limiter does not answer, so nobody can say how much is used.";
  const anew = stopText(burn.endsAt, nowMs);
  if (forecast.used >= 1) return `Spent. It begins anew ${anew}.`;
  if (burn.used === 0) return `Nothing used yet. It begins anew ${anew}.`;
  if (forecast.spentAt !== null) return `At this pace it is spent ${stopText(forecast.spentAt, nowMs)}.`;
  if (forecast.byEnd <= forecast.used) return `It begins anew ${anew}.`;
  return `At this pace ${compactText(Math.round(forecast.byEnd * burn.limit))} by ${anew}.`;
}
