import { z } from "zod";

/** The spans that charts offer. 24h has hourly buckets, 7d three-hourly ones, 30d daily ones; all end with the current one. */
export const UsageRange = z.enum(["24h", "7d", "30d"]);
export type UsageRange = z.output<typeof UsageRange>;

const calls = z.number().int();

/** Calls by outcome: `error` are allowed calls that failed upstream or whose caller left. */
export const OutcomeCounts = z.object({ ok: calls, limited: calls, denied: calls, error: calls });
export type OutcomeCounts = z.output<typeof OutcomeCounts>;

/** One span of a dense series. `p95Us` is null without calls. */
export const UsageBucket = OutcomeCounts.extend({
  at: z.string().describe("Begin of the span, RFC 3339 UTC"),
  p95Us: z.number().nullable(),
});
export type UsageBucket = z.output<typeof UsageBucket>;

/** Calls of a period. Rates are shares from 0 to 1; `p95Us`, of allowed calls, is the upper bound of its histogram bucket, at most 19 % too high. */
export const UsageTotals = OutcomeCounts.extend({
  requests: calls,
  errorRate: z.number(),
  deniedRate: z.number(),
  p95Us: z.number().nullable(),
});
export type UsageTotals = z.output<typeof UsageTotals>;

const Spark = z
  .array(z.object({ ok: calls, bad: calls }))
  .describe("Dense, oldest first; bad is everything not ok");

/** A key among the most used. */
export const TopKey = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]).nullable(),
  totals: UsageTotals,
  spark: Spark,
});
export type TopKey = z.output<typeof TopKey>;

/** A service among the most called. */
export const TopService = z.object({
  id: z.string(),
  slug: z.string(),
  visibility: z.enum(["public", "private"]).nullable(),
  totals: UsageTotals,
  spark: Spark,
});
export type TopService = z.output<typeof TopService>;

/** Something that needs someone. Key ids open the key's page; times are RFC 3339 UTC. */
export const AttentionItem = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("key-expiring"),
    keyId: z.string(),
    keyName: z.string(),
    expiresAt: z.string(),
    lastUsedAt: z.string().nullable(),
    callsLastHour: calls.describe("Of the last full hour and the current one"),
  }),
  z.object({
    kind: z.literal("rotation-overlap"),
    keyId: z.string(),
    keyName: z.string(),
    oldSecretMasked: z.string(),
    endsAt: z.string(),
    oldSecretCallsLastHour: calls.describe("Of the last full hour and the current one"),
  }),
  z.object({
    kind: z.literal("key-denials"),
    keyId: z.string(),
    keyName: z.string(),
    times: z.number().describe("How many times its usual denial rate"),
    denied: calls.describe("In the last 24 hours"),
    since: z.string(),
    route: z.string().nullable().describe("Method and route denied most"),
  }),
  z.object({
    kind: z.literal("service-errors"),
    serviceId: z.string(),
    service: z.string(),
    errors: calls.describe("In the last 24 hours"),
    errorRate: z.number(),
  }),
  z.object({
    kind: z.literal("key-disabled"),
    keyId: z.string(),
    keyName: z.string(),
    denied: calls.describe("Refused calls in the last 24 hours"),
  }),
]);
export type AttentionItem = z.output<typeof AttentionItem>;

/** What the overview shows, for one environment or all. */
export const Overview = z
  .object({
    range: UsageRange,
    from: z.string(),
    to: z.string(),
    bucketSeconds: z.number().int(),
    totals: UsageTotals,
    previous: UsageTotals.describe("The period of the same length before"),
    series: z.array(UsageBucket),
    topKeys: z.array(TopKey),
    topServices: z.array(TopService),
    counts: z.object({ keys: calls.describe("Neither revoked nor expired"), services: calls }),
    attention: z.array(AttentionItem),
  })
  .meta({ id: "Overview" });
export type Overview = z.output<typeof Overview>;

/** One key's calls in a range. */
export const KeyUsage = z
  .object({
    range: UsageRange,
    from: z.string(),
    to: z.string(),
    bucketSeconds: z.number().int(),
    totals: UsageTotals,
    series: z.array(UsageBucket),
    byStatus: z.array(z.object({ status: z.number().int(), calls })),
    byRoute: z.array(
      z.object({
        method: z.string(),
        route: z.string().nullable(),
        service: z.string().nullable(),
        calls,
        p95Us: z.number().nullable(),
      }),
    ),
    byService: z.array(
      z.object({ id: z.string().nullable(), slug: z.string().nullable(), totals: UsageTotals }),
    ),
    bySecret: z.array(
      z.object({
        secretId: z.string(),
        masked: z.string().nullable().describe("Null when the secret is gone"),
        current: z.boolean(),
        expiresAt: z.string().nullable().describe("End of its overlap"),
        lastUsedAt: z.string().nullable(),
        calls,
        series: z.array(calls).describe("Aligned with `series`"),
      }),
    ),
  })
  .meta({ id: "KeyUsage" });
export type KeyUsage = z.output<typeof KeyUsage>;

export const UsageGroup = z.enum(["key", "service", "customer"]);
export type UsageGroup = z.output<typeof UsageGroup>;

/** Calls of a range, split by key, service or customer. */
export const Usage = z
  .object({
    range: UsageRange,
    from: z.string(),
    to: z.string(),
    bucketSeconds: z.number().int(),
    group: UsageGroup,
    totals: UsageTotals,
    series: z.array(UsageBucket),
    groups: z
      .array(
        z.object({
          id: z.string().nullable().describe("Null for calls that belong to none"),
          name: z.string().nullable(),
          totals: UsageTotals,
          series: z.array(UsageBucket),
        }),
      )
      .describe("Most calls first, at most 50"),
  })
  .meta({ id: "Usage" });
export type Usage = z.output<typeof Usage>;

/** Thirty days of one key, oldest first; days are UTC. */
export const Sparkline = z.object({ keyId: z.string(), days: Spark });
export type Sparkline = z.output<typeof Sparkline>;

/** What usage questions may name. */
export const UsageQuery = z.object({
  range: UsageRange.default("7d"),
  environment: z.enum(["live", "test"]).optional().describe("Calls without a key count as live"),
});
export type UsageQuery = z.output<typeof UsageQuery>;
