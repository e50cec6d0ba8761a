import type { UsageRange } from "@/lib/usage/schema";

/** A stretch of time cut into equal buckets, all aligned to UTC. Milliseconds since 1970. */
export interface Span {
  fromMs: number;
  /** End of the current bucket, exclusive. */
  toMs: number;
  bucketSeconds: number;
  buckets: number;
}

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

/** The span of the same length before, as one bucket. */
export function spanBefore({ fromMs, toMs }: Span): Span {
  return {
    fromMs: fromMs - (toMs - fromMs),
    toMs: fromMs,
    bucketSeconds: (toMs - fromMs) / 1_000,
    buckets: 1,
  };
}

/** Begin of bucket `index`, RFC 3339. */
export function bucketStart(span: Span, index: number): string {
  return new Date(span.fromMs + index * span.bucketSeconds * 1_000).toISOString();
}

/** `from`, `to` and `bucketSeconds` as answers carry them. */
export function spanFields({ fromMs, toMs, bucketSeconds }: Span) {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), bucketSeconds };
}
