import { z } from "zod";

/** Longest window of a limit: 30 days. */
const windowSecondsMax = 2_592_000;

/** One named limit; all limits of a key must pass. Token bucket: `limit` per window is the refill, `burst` the size. */
export const RateLimitInput = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, "must be 1–40 of a–z, 0–9, dot, dash, underscore")
      .default("default"),
    algorithm: z.enum(["token-bucket", "sliding-window"]).default("sliding-window"),
    limit: z.number().int().min(1).max(1_000_000_000),
    windowSeconds: z.number().int().min(1).max(windowSecondsMax),
    burst: z.number().int().min(1).max(1_000_000_000).optional(),
  })
  .refine((limit) => limit.burst === undefined || limit.algorithm === "token-bucket", {
    path: ["burst"],
    message: "is for token buckets only",
  })
  .meta({ id: "RateLimit" });

/** At most 10 limits of different names. */
export const RateLimits = z
  .array(RateLimitInput)
  .max(10, "must hold at most 10 limits")
  .refine(
    (limits) => new Set(limits.map((limit) => limit.name)).size === limits.length,
    "must have different names",
  );

export const QuotaInput = z
  .strictObject({ limit: z.number().int().min(1).max(1_000_000_000_000), per: z.enum(["day", "month"]) })
  .describe("Calls per UTC day or month")
  .meta({ id: "Quota" });
