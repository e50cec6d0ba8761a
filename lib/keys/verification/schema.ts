import { z } from "zod";
import { KeyEnvironment } from "@/lib/keys/schema";
import { WrittenScope } from "@/lib/scopes/schema";

/** Every answer there is to "is this key good for that?". */
export const VerifyCode = z.enum([
  "VALID",
  "MALFORMED",
  "NOT_FOUND",
  "REVOKED",
  "EXPIRED",
  "DISABLED",
  "INSUFFICIENT_SCOPE",
  "IP_FORBIDDEN",
  "ORIGIN_FORBIDDEN",
  "DENIED",
  "RATE_LIMITED",
  "QUOTA_EXCEEDED",
]);
export type VerifyCode = z.output<typeof VerifyCode>;

const CallValues = z
  .record(
    z.string().min(1).max(200),
    z.union([z.string().max(16_384), z.array(z.string().max(16_384)).max(100)]),
  )
  .refine((values) => Object.keys(values).length <= 200, "must hold at most 200 names");

/** `POST /keys/verify`. */
export const VerifyRequest = z
  .strictObject({
    key: z.string().min(1).max(4096).describe("The value that was presented"),
    scopes: z
      .union([z.array(WrittenScope).max(100), z.string().min(1).max(1000)])
      .optional()
      .describe(
        "A list, all required, or an expression such as `read:invoices and (write:submissions or admin:users)`",
      ),
    service: z.string().min(1).max(200).optional().describe("Slug or id; its rules are judged too"),
    method: z
      .string()
      .regex(/^[A-Za-z]{1,20}$/, "must be a method such as GET")
      .optional(),
    path: z
      .string()
      .max(4096)
      .regex(/^\//, "must begin with /")
      .optional()
      .describe("Perhaps with a query behind it"),
    headers: CallValues.optional().describe("The call's headers, for rules that ask for them"),
    query: CallValues.optional().describe("Its query parameters, decoded"),
    body: z.unknown().optional().describe("Its body: any JSON, or the text of an urlencoded form"),
    cost: z
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .default(1)
      .describe("What the call takes from limits and quota; 0 takes nothing"),
    ip: z
      .union([z.ipv4(), z.ipv6()], "must be an address")
      .optional()
      .describe("Whose call it is, for the key's address list and rules"),
    origin: z
      .string()
      .max(300)
      .optional()
      .describe("The call's Origin header, for the key's allowed origins; left out for a call without one"),
  })
  .meta({ id: "VerifyRequest" });
export type VerifyRequest = z.output<typeof VerifyRequest>;

/** One of the limits that the call met, after it. */
const VerifyLimit = z.object({
  name: z.string().describe("The limit's name, `quota:day` or `quota:month`; `customer:` before shared ones"),
  limit: z.number(),
  remaining: z.number(),
  windowSeconds: z.number(),
  resetAt: z.string(),
});

/** The tightest of the key's limits after this call. */
export const VerifyRateLimit = z.object({ limit: z.number(), remaining: z.number(), resetAt: z.string() });

/** What is known of the key is answered for refusals too, if the value was genuine. */
export const VerifyAnswer = z
  .object({
    valid: z.boolean(),
    code: VerifyCode,
    keyId: z.string().nullable(),
    name: z.string().nullable(),
    customer: z.string().nullable(),
    customerExternalId: z.string().nullable(),
    environment: KeyEnvironment.nullable(),
    scopes: z.array(z.string()),
    roles: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()).meta({ type: "object", additionalProperties: true }),
    expiresAt: z.string().nullable(),
    rateLimit: VerifyRateLimit.nullable().describe("Null for a key without limits"),
    limits: z
      .array(VerifyLimit)
      .describe("Every limit and quota that was asked; one that refused stands first"),
    retryAfterSeconds: z.number().int().nullable().describe("Set where a limit or quota refused"),
    decision: z.string().describe("Id of the record of this answer"),
    requestId: z.string(),
  })
  .meta({ id: "VerifyAnswer" });
export type VerifyAnswer = z.output<typeof VerifyAnswer>;
