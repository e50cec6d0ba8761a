import { z } from "zod";
import { Moment } from "@/lib/lists/schema";
import { UsageGroup, UsageInterval, UsageRange } from "@/lib/usage/schema";

const time = (what: string) => Moment.optional().describe(what);

/** Which stretch of time is asked for: a `range`, or any of `from`, `to` and `interval`. */
export const UsagePeriod = z.object({
  range: UsageRange.optional().describe("A usual span that ends now; 7d when nothing else is said"),
  from: time("First moment, cut down to a whole interval"),
  to: time("Last moment, exclusive, filled up to a whole interval; now when left out"),
  interval: UsageInterval.optional().describe(
    "Length of a bucket, hour when left out; at most 1,500 of them",
  ),
});
export type UsagePeriod = z.output<typeof UsagePeriod>;

/** Which calls are asked for; all given filters must hold. */
export const UsageFilters = z.object({
  key: z.string().min(1).max(100).optional().describe("Id of a key"),
  secret: z.string().min(1).max(100).optional().describe("Id of a secret"),
  service: z.string().min(1).max(100).optional().describe("Id or slug of a service"),
  customer: z.string().min(1).max(200).optional().describe("Id or external id of a customer"),
  environment: z.enum(["live", "test"]).optional().describe("Calls without a key count as live"),
});
export type UsageFilters = z.output<typeof UsageFilters>;

/** `GET /usage`. */
export const UsageQuestion = z.strictObject({
  ...UsagePeriod.shape,
  ...UsageFilters.shape,
  groupBy: UsageGroup.optional().describe("Left out, nothing is split"),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe("Most groups to answer"),
});
export type UsageQuestion = z.output<typeof UsageQuestion>;

/** `GET /usage/export`. */
export const UsageExport = z.strictObject({
  ...UsagePeriod.shape,
  ...UsageFilters.shape,
  format: z.enum(["csv", "ndjson"]).default("csv"),
});
export type UsageExport = z.output<typeof UsageExport>;

/** `GET /usage/quotas`. */
export const QuotaQuestion = z.strictObject({
  key: UsageFilters.shape.key,
  customer: UsageFilters.shape.customer,
});
export type QuotaQuestion = z.output<typeof QuotaQuestion>;
