import { z } from "zod";

/** Longest window of a limit: 30 days. */
const windowSecondsMax = 2_592_000;

/** Largest limit and burst: a thousand million calls. */
const limitMax = 1_000_000_000;

/** One named limit; all limits of a key must pass. Token bucket: `limit` per window is the refill, `burst` the size. */
export const RateLimitInput = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, "must be 1–40 of a–z, 0–9, dot, dash, underscore")
      .default("default"),
    algorithm: z.enum(["token-bucket", "sliding-window"]).default("sliding-window"),
    limit: z.number().int().min(1).max(limitMax),
    windowSeconds: z.number().int().min(1).max(windowSecondsMax),
    burst: z.number().int().min(1).max(limitMax).optional(),
  })
  .refine((limit) => limit.burst === undefined || limit.algorithm === "token-bucket", {
    path: ["burst"],
    message: "is for token buckets only",
  })
  .meta({ id: "RateLimit" });

export type RateLimit = z.output<typeof RateLimitInput>;

/** At most 10 limits of different names; an empty list limits nothing. */
export const RateLimits = z
  .array(RateLimitInput)
  .max(10, "must hold at most 10 limits")
  .refine(
    (limits) => new Set(limits.map((limit) => limit.name)).size === limits.length,
    "must have different names",
  );

/** Calls per UTC day or month, never oversold. */
export const QuotaInput = z
  .strictObject({ limit: z.number().int().min(1).max(1_000_000_000_000), per: z.enum(["day", "month"]) })
  .describe("Calls per UTC day or month")
  .meta({ id: "Quota" });

export type Quota = z.output<typeof QuotaInput>;

/** One quota a day, one a month, both or none. */
export const Quotas = z
  .array(QuotaInput)
  .max(2, "must hold at most one quota a day and one a month")
  .refine(
    (quotas) => new Set(quotas.map((quota) => quota.per)).size === quotas.length,
    "must be of different periods",
  );

const now = {
  remaining: z.number().nullable().describe("What is left now; null while the limiter cannot be asked"),
  resetAt: z.string().nullable().describe("When the window or period ends, or more tokens arrive"),
};

/** Whose limit it is: the plan's, the key's own (which takes the place of the plan's), or its customer's, shared. */
const LimitSource = z.enum(["plan", "key", "customer"]);

/** Everything that limits a key, and how it stands. */
export const EffectiveLimits = z
  .object({
    plan: z
      .object({ name: z.string(), from: z.enum(["key", "customer"]) })
      .nullable()
      .describe("The key's plan, else its customer's"),
    rateLimits: z.array(z.object({ ...RateLimitInput.shape, source: LimitSource, ...now })),
    quotas: z.array(z.object({ ...QuotaInput.shape, source: LimitSource, ...now })),
  })
  .describe("Everything that limits the key; both lists empty means unlimited")
  .meta({ id: "EffectiveLimits" });
export type EffectiveLimits = z.output<typeof EffectiveLimits>;
