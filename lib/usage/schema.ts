import { z } from "zod";
import { usageRanges } from "@/lib/usage/catalogue";

/** The spans that charts offer. 24h has hourly buckets, 7d three-hourly ones, 30d daily ones; all end with the current one. */
export const UsageRange = z.enum(usageRanges);
export type UsageRange = z.output<typeof UsageRange>;

const calls = z.number().int();

/** Calls by outcome: `error` are allowed calls that failed upstream or whose caller left. */
export const OutcomeCounts = z.object({ ok: calls, limited: calls, denied: calls, error: calls });
export type OutcomeCounts = z.output<typeof OutcomeCounts>;

/** How usage is cut. Minutes are kept 7 days, hours 90 days and days three years unless the installation says otherwise. */
export const UsageInterval = z.enum(["minute", "hour", "day"]);
export type UsageInterval = z.output<typeof UsageInterval>;

const quantile = (what: string) =>
  z.number().nullable().describe(`${what} in µs, null without allowed calls`);

/**
 * Quantiles of allowed calls' total latency, by nearest rank (type 1 of Hyndman and Fan, 1996) on a histogram whose
 * bucket bounds grow by 2^(1/4): the upper bound of the bucket that holds the ⌈q·n⌉-th call, at most 19 % too high.
 */
const Quantiles = z.object({ p50Us: quantile("Median"), p95Us: quantile("95th percentile") });

/** One span of a dense series. */
export const UsageBucket = OutcomeCounts.extend({
  at: z.string().describe("Begin of the span, RFC 3339 UTC"),
  ...Quantiles.shape,
});
export type UsageBucket = z.output<typeof UsageBucket>;

/** Calls of a period. Rates are shares from 0 to 1 of all of them. */
export const UsageTotals = OutcomeCounts.extend({
  requests: calls,
  errorRate: z.number(),
  deniedRate: z.number(),
  ...Quantiles.shape,
  cost: calls.describe("What allowed calls took from limits and quotas"),
  requestBytes: calls,
  responseBytes: calls,
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
    kind: z.literal("key-flagged"),
    keyId: z.string(),
    keyName: z.string(),
    flag: z.enum(["calls", "denials", "errors"]),
    since: z.string(),
    reason: z.string().describe("What was seen and what is usual, in a sentence"),
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

/** What became of a call. */
export const UsageOutcome = z.enum(["ok", "limited", "denied", "error"]);
export type UsageOutcome = z.output<typeof UsageOutcome>;

/** One key's calls in a range. */
export const KeyUsage = z
  .object({
    range: UsageRange.nullable().describe("Null when `from`, `to` or `interval` were given"),
    from: z.string(),
    to: z.string(),
    bucketSeconds: z.number().int(),
    totals: UsageTotals,
    series: z.array(UsageBucket),
    byStatus: z.array(z.object({ status: z.number().int(), calls })),
    byOutcome: z.array(z.object({ outcome: UsageOutcome, calls })),
    lastUsed: z
      .object({ at: z.string(), address: z.string().nullable(), userAgent: z.string().nullable() })
      .nullable(),
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

/** What usage can be split by. A status is a class such as 2xx; a route is a method and a rule's template. */
export const UsageGroup = z.enum(["key", "secret", "customer", "service", "route", "status", "outcome"]);
export type UsageGroup = z.output<typeof UsageGroup>;

/** Calls of a range, split by one thing or not at all. */
export const Usage = z
  .object({
    range: UsageRange.nullable().describe("Null when `from`, `to` or `interval` were given"),
    from: z.string(),
    to: z.string(),
    bucketSeconds: z.number().int(),
    group: UsageGroup.nullable(),
    totals: UsageTotals,
    series: z.array(UsageBucket),
    groups: z
      .array(
        z.object({
          id: z
            .string()
            .nullable()
            .describe(
              "Of the key, secret, customer or service, the status class, the outcome; null for none",
            ),
          name: z
            .string()
            .nullable()
            .describe("Its name; a secret's masked value; a route's method and template"),
          route: z
            .object({ method: z.string(), route: z.string().nullable(), service: z.string().nullable() })
            .optional()
            .describe("Only where routes are asked for; `service` is an id"),
          totals: UsageTotals,
          series: z.array(UsageBucket),
        }),
      )
      .describe("Most calls first, at most `limit`; empty when nothing is split"),
  })
  .meta({ id: "Usage" });
export type Usage = z.output<typeof Usage>;

/** How a quota of a key or of a customer, for all its keys together, stands in its running period. Times are RFC 3339. */
export const QuotaStanding = z
  .object({
    holder: z.object({ kind: z.enum(["key", "customer"]), id: z.string(), name: z.string() }),
    per: z.enum(["day", "month"]),
    limit: calls,
    used: calls.nullable().describe("Null while the limiter cannot be asked"),
    startsAt: z.string(),
    endsAt: z.string(),
  })
  .meta({ id: "QuotaStanding" });
export type QuotaStanding = z.output<typeof QuotaStanding>;

export const QuotaStandings = z.object({
  items: z.array(QuotaStanding),
  omitted: calls.describe("Keys used before those answered, and customers, that have a quota too"),
});
export type QuotaStandings = z.output<typeof QuotaStandings>;

/** Thirty days of one key, oldest first; days are UTC. */
export const Sparkline = z.object({ keyId: z.string(), days: Spark });
export type Sparkline = z.output<typeof Sparkline>;

export const Sparklines = z.object({ items: z.array(Sparkline) });

/** What usage questions of the portal's charts may name. */
export const UsageQuery = z.object({
  range: UsageRange.default("7d"),
  environment: z.enum(["live", "test"]).optional().describe("Calls without a key count as live"),
});
export type UsageQuery = z.output<typeof UsageQuery>;
