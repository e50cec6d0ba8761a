import { Problem } from "@/lib/api/problem";
import { env } from "@/lib/env";
import type { UsagePeriod } from "@/lib/usage/question";
import type { UsageInterval, UsageRange } from "@/lib/usage/schema";

/** A stretch of time cut into equal buckets, all aligned to UTC. Milliseconds since 1970. */
export interface Span {
  fromMs: number;
  /** End of the last bucket, exclusive. */
  toMs: number;
  bucketSeconds: number;
  buckets: number;
}

/** A span and the range that it was asked for by, if any. */
export type AskedSpan = Span & { range: UsageRange | null };

/** The most buckets of one answer: a day of minutes, two months of hours, four years of days. */
export const bucketsMax = 1_500;

const intervalSeconds: Record<UsageInterval, number> = { minute: 60, hour: 3_600, day: 86_400 };
/** Buckets of a question that says only how they are cut, or only where they end. */
const usualBuckets: Record<UsageInterval, number> = { minute: 60, hour: 24, day: 30 };

const cuts: Record<UsageRange, { bucketSeconds: number; buckets: number }> = {
  "24h": { bucketSeconds: 3_600, buckets: 24 },
  "7d": { bucketSeconds: 10_800, buckets: 56 },
  "30d": { bucketSeconds: 86_400, buckets: 30 },
};

/** The range that ends with the bucket of `nowMs`. */
export function spanOf(range: UsageRange, nowMs = Date.now()): Span {
  const { bucketSeconds, buckets } = cuts[range];
  const toMs = (Math.floor(nowMs / 1_000 / bucketSeconds) + 1) * bucketSeconds * 1_000;
  return { fromMs: toMs - buckets * bucketSeconds * 1_000, toMs, bucketSeconds, buckets };
}

/** The span that a question asks for. Throws `invalid` for one that is empty, too long, or of a time no longer kept. */
export function spanAsked(period: UsagePeriod, nowMs = Date.now()): AskedSpan {
  const span = cutAsked(period, nowMs);
  if (span.buckets > bucketsMax)
    throw refusal(
      "interval",
      `cuts that time into ${span.buckets} buckets; at most ${bucketsMax} are answered.`,
    );
  return span;
}

const lastMs = Date.parse("9999-12-31T23:59:59.999Z");

/** The same for an export, which may be of any length that is kept. */
export function cutAsked({ range, from, to, interval }: UsagePeriod, nowMs = Date.now()): AskedSpan {
  if (from === undefined && to === undefined && interval === undefined)
    return { ...spanOf(range ?? "7d", nowMs), range: range ?? "7d" };
  if (range !== undefined) throw refusal("range", "cannot be said together with from, to or interval.");
  const cut = interval ?? "hour";
  const bucketMs = intervalSeconds[cut] * 1_000;
  const toMs = Math.ceil((to === undefined ? nowMs + 1 : Date.parse(to)) / bucketMs) * bucketMs;
  const fromMs =
    from === undefined
      ? toMs - usualBuckets[cut] * bucketMs
      : Math.floor(Date.parse(from) / bucketMs) * bucketMs;
  if (toMs > lastMs) throw refusal("to", "must lie in the years 1 to 9999.");
  if (fromMs >= toMs) throw refusal("from", "must lie before to.");
  const daysKept = keptDays()[cut];
  if (fromMs < nowMs - (daysKept + 1) * 86_400_000)
    throw refusal("from", `is too long ago: each ${cut} is kept ${daysKept} days.`);
  return {
    fromMs,
    toMs,
    bucketSeconds: bucketMs / 1_000,
    buckets: (toMs - fromMs) / bucketMs,
    range: null,
  };
}

/** How many days usage of each cut is kept. */
export function keptDays(): Record<UsageInterval, number> {
  const { USAGE_MINUTE_DAYS, USAGE_HOUR_DAYS, USAGE_DAY_DAYS } = env();
  return { minute: USAGE_MINUTE_DAYS, hour: USAGE_HOUR_DAYS, day: USAGE_DAY_DAYS };
}

/** What a span's buckets are summed from: the coarsest of the three that fits. */
export function intervalOf({ bucketSeconds }: Span): UsageInterval {
  if (bucketSeconds < intervalSeconds.hour) return "minute";
  return bucketSeconds < intervalSeconds.day ? "hour" : "day";
}

/** The span of the same length before, as one bucket. */
export function spanBefore({ fromMs, toMs, bucketSeconds }: Span): Span {
  const buckets = (toMs - fromMs) / 1_000 / bucketSeconds;
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs, bucketSeconds, buckets };
}

/** Begin of bucket `index`, RFC 3339. */
export function bucketStart(span: Span, index: number): string {
  return new Date(span.fromMs + index * span.bucketSeconds * 1_000).toISOString();
}

/** `from`, `to` and `bucketSeconds` as answers carry them. */
export function spanFields({ fromMs, toMs, bucketSeconds }: Span) {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), bucketSeconds };
}

function refusal(path: string, message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path, message }] });
}
