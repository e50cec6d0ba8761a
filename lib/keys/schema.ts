import { z } from "zod";
import { keyEnvironments, keySorts, keyStatuses, lastUsedTimes } from "@/lib/keys/catalogue";
import { canonicalBlock, canonicalOrigin } from "@/lib/keys/canonical";
import { EffectiveLimits, QuotaInput, Quotas, RateLimitInput, RateLimits } from "@/lib/limits/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";
import { PlanName } from "@/lib/plans/schema";
import { GrantedRoles, GrantedScopes, RoleName, WrittenScope } from "@/lib/scopes/schema";

/** Longest overlap of a rotation: 30 days. */
export const overlapSecondsMax = 2_592_000;

/** Most bytes that a key's metadata may take as JSON. */
export const metadataBytesMax = 16_384;

const metadataDepthMax = 16;

export const KeyEnvironment = z.enum(keyEnvironments);
export type KeyEnvironment = z.output<typeof KeyEnvironment>;

/** `rotating` is an active key whose old secret still works ("In overlap"). */
export const KeyStatus = z.enum(keyStatuses);
export type KeyStatus = z.output<typeof KeyStatus>;

export const KeyName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(100, "must have at most 100 characters")
  .refine((name) => !/\p{C}/u.test(name), "must not hold control characters")
  .describe("1–100 characters, unique among the holder's keys that are not revoked");

const Label = z.string().trim().min(1).max(64);
const Labels = z
  .array(Label)
  .max(20, "must hold at most 20 labels")
  .transform((labels) => [...new Set(labels)])
  .describe("At most 20 labels of 1–64 characters; the holder's own");

const ExternalId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe("The provider's own id, at most 200 characters");

const AddressBlock = z
  .string()
  .trim()
  .max(64)
  .refine(
    (text) => canonicalBlock(text) !== null,
    "must be an address or a CIDR block such as 10.0.0.0/8, without a zone",
  )
  .transform((text) => canonicalBlock(text) ?? text);
const AllowedIps = z
  .array(AddressBlock)
  .max(100, "must hold at most 100 blocks")
  .transform((blocks) => [...new Set(blocks)])
  .describe("Addresses and CIDR blocks, IPv4 or IPv6, that may use the key; empty means any");

const WebOrigin = z
  .string()
  .trim()
  .max(300)
  .refine((text) => canonicalOrigin(text) !== null, "must be an origin such as https://app.example.com")
  .transform((text) => canonicalOrigin(text) ?? text);
const AllowedOrigins = z
  .array(WebOrigin)
  .max(50, "must hold at most 50 origins")
  .transform((origins) => [...new Set(origins)])
  .describe(
    "Origins whose pages may use the key; empty means any. Judged where a browser sends Origin; a program can send any",
  );

/** The provider's own facts of a key or a customer. */
export const Metadata = z
  .unknown()
  .refine(isShallow, `must be an object nested at most ${metadataDepthMax} deep`)
  .pipe(z.record(z.string().min(1).max(64), z.json()))
  .refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= metadataBytesMax,
    `must take at most ${metadataBytesMax} bytes as JSON`,
  )
  .meta({
    type: "object",
    additionalProperties: true,
    description: "The provider's own facts, readable by rules; at most 16 KiB",
  });

const FutureTime = z.iso
  .datetime({ offset: true, message: "must be a time such as 2027-01-31T00:00:00Z" })
  .describe("RFC 3339; must lie ahead");

/** `POST /keys`. A caller bound to a customer may leave `customer` out and may not write what only the provider writes. */
export const CreateKey = z
  .strictObject({
    name: KeyName,
    environment: KeyEnvironment.default("live"),
    scopes: GrantedScopes.default([]),
    roles: GrantedRoles.default([]),
    customer: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe("Id or external id; null for the workspace's own"),
    metadata: Metadata.optional(),
    labels: Labels.default([]),
    externalId: ExternalId.nullable().default(null),
    plan: PlanName.nullable()
      .optional()
      .describe("Name of its plan; null for its customer's, if that has one"),
    rateLimits: RateLimits.optional().describe("Each takes the place of the plan's limit of the same name"),
    quotas: Quotas.optional().describe("Each takes the place of the plan's quota of the same period"),
    allowedIps: AllowedIps.default([]),
    allowedOrigins: AllowedOrigins.default([]),
    expiresAt: FutureTime.nullable().default(null),
  })
  .meta({ id: "CreateKey" });
export type CreateKey = z.output<typeof CreateKey>;

/** `PATCH /keys/{id}`: what is left out stays. `disabled` stops and starts the key. */
export const UpdateKey = z
  .strictObject({
    name: KeyName.optional(),
    scopes: GrantedScopes.optional(),
    roles: GrantedRoles.optional(),
    metadata: Metadata.optional(),
    labels: Labels.optional(),
    externalId: ExternalId.nullable().optional(),
    plan: PlanName.nullable()
      .optional()
      .describe("Name of its plan; null for its customer's, if that has one"),
    rateLimits: RateLimits.optional().describe("Each takes the place of the plan's limit of the same name"),
    quotas: Quotas.optional().describe("Each takes the place of the plan's quota of the same period"),
    allowedIps: AllowedIps.optional(),
    allowedOrigins: AllowedOrigins.optional(),
    expiresAt: FutureTime.nullable().optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: "UpdateKey" });
export type UpdateKey = z.output<typeof UpdateKey>;

const OverlapSeconds = z.number().int().min(0).max(overlapSecondsMax);

/** `POST /keys/{id}/rotate`. With 0 every older secret stops at once; with more, a running overlap is a conflict. */
export const RotateKey = z
  .strictObject({
    overlapSeconds: OverlapSeconds.describe("How long the old secret goes on working, 0–2,592,000"),
  })
  .meta({ id: "RotateKey" });
export type RotateKey = z.output<typeof RotateKey>;

/** `PATCH /keys/{id}/rotation`: the running overlap ends this many seconds from now. */
export const ExtendRotation = z
  .strictObject({
    overlapSeconds: OverlapSeconds.min(1).describe("Seconds from now until the old secret stops"),
  })
  .meta({ id: "ExtendRotation" });
export type ExtendRotation = z.output<typeof ExtendRotation>;

const RevokeReason = z
  .string()
  .trim()
  .max(500)
  .default("")
  .describe("Why; kept in the audit trail, at most 500 characters");

export const RevokeKey = z.strictObject({ reason: RevokeReason }).meta({ id: "RevokeKey" });
export type RevokeKey = z.output<typeof RevokeKey>;

/** One issued value of a key, without the value. */
export const KeySecret = z
  .object({
    id: z.string().describe("The public id inside the value"),
    masked: z.string(),
    lastFour: z.string(),
    createdAt: z.string(),
    expiresAt: z.string().nullable().describe("When it stops or stopped working; null for the newest"),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: "KeySecret" });
export type KeySecret = z.output<typeof KeySecret>;

/** A running overlap. */
export const KeyRotation = z
  .object({ oldSecret: KeySecret, newSecret: KeySecret, endsAt: z.string() })
  .describe("The overlap that is running, else null")
  .meta({ id: "KeyRotation" });
export type KeyRotation = z.output<typeof KeyRotation>;

/** A key as the API shows it. Times are RFC 3339 UTC. */
export const Key = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe("What stands before the id in the value, e.g. `lk_live`"),
    masked: z.string().describe("Prefix, head of the id and last four of the newest secret"),
    environment: KeyEnvironment,
    status: KeyStatus,
    scopes: z.array(z.string()),
    roles: z.array(z.string()),
    grant: z.array(z.string()).describe("Scopes and those of the roles, together"),
    customer: z.string().nullable().describe("Id of the customer it belongs to"),
    customerName: z.string().nullable(),
    customerExternalId: z.string().nullable(),
    metadata: z.record(z.string(), z.json()).meta({ type: "object", additionalProperties: true }),
    plan: z.string().nullable().describe("Name of its own plan; null leaves it to its customer's"),
    rateLimits: z.array(RateLimitInput).describe("Its own, beside its plan's"),
    quotas: z.array(QuotaInput).describe("Its own, beside its plan's"),
    allowedIps: z.array(z.string()),
    allowedOrigins: z.array(z.string()),
    externalId: z.string().nullable(),
    labels: z.array(z.string()),
    expiresAt: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string(),
    updatedAt: z.string(),
    lastUsedAt: z.string().nullable(),
    lastUsedFrom: z.string().nullable(),
    revokedAt: z.string().nullable(),
    revokeReason: z.string().nullable(),
    rotation: KeyRotation.nullable(),
  })
  .meta({ id: "Key" });
export type Key = z.output<typeof Key>;

/** `GET /keys/{id}/grant`: what a key may do, and where it has that from. */
export const KeyGrant = z
  .object({
    scopes: z.array(z.string()).describe("Given to the key itself"),
    roles: z.array(z.object({ name: z.string(), description: z.string(), scopes: z.array(z.string()) })),
    grant: z.array(z.string()).describe("Scopes and those of the roles, together"),
    ceiling: z
      .array(z.string())
      .nullable()
      .describe("What its customer's keys may hold; null without customer"),
    effective: z
      .array(z.string())
      .describe("What is left of the grant under the ceiling: what the key may do"),
  })
  .meta({ id: "KeyGrant" });
export type KeyGrant = z.output<typeof KeyGrant>;

/** A key with its value, shown this once. */
export const IssuedKey = z.object({ key: Key, secret: z.string() }).meta({ id: "IssuedKey" });
export type IssuedKey = z.output<typeof IssuedKey>;

/** `GET /keys/{id}`: the key, everything that limits it, and all its secrets, newest first. */
export const KeyDetail = Key.extend({ limits: EffectiveLimits, secrets: z.array(KeySecret) }).meta({
  id: "KeyDetail",
});
export type KeyDetail = z.output<typeof KeyDetail>;

/** Newest first, most recently used first (never used last), or by name. */
export const KeySort = z.enum(keySorts);
export type KeySort = z.output<typeof KeySort>;

/** Used within a time, not within 30 days (or never), or never. */
export const LastUsed = z.enum(lastUsedTimes);
export type LastUsed = z.output<typeof LastUsed>;

const keyConditions = {
  q: z
    .string()
    .trim()
    .max(200)
    .optional()
    .describe("Part of name, id, label or external id; last four; or a masked value"),
  status: KeyStatus.optional(),
  customer: z.string().max(200).optional().describe("Id or external id"),
  environment: KeyEnvironment.optional(),
  scope: WrittenScope.optional().describe("Keys that were given this scope themselves"),
  role: RoleName.optional().describe("Keys that have this role"),
  plan: z.string().max(100).optional().describe("Keys that name this plan themselves"),
  lastUsed: LastUsed.optional().describe("When it was used last"),
};

/** Which keys are meant; all conditions must hold. */
const KeyFilter = z.strictObject(keyConditions);
export type KeyFilter = z.output<typeof KeyFilter>;

/** `GET /keys`. */
export const ListKeys = PageQuery.extend({ ...keyConditions, sort: KeySort.default("created") }).strict();
export type ListKeys = z.output<typeof ListKeys>;

/** Most keys that one call revokes. */
export const revokedKeysMax = 500;

/** `POST /keys/revoke`: by id, or all that pass a filter, the caller's own key then left out. */
export const RevokeKeys = z
  .strictObject({
    ids: z.array(z.string().max(100)).min(1).max(revokedKeysMax).optional(),
    filter: KeyFilter.refine(
      (filter) => Object.values(filter).some((condition) => condition !== undefined && condition !== ""),
      "must have at least one condition",
    )
      .optional()
      .describe("Every key that passes, except the caller's own"),
    reason: RevokeReason,
  })
  .refine(
    ({ ids, filter }) => (ids === undefined) !== (filter === undefined),
    "name the keys by ids or by filter, one of them",
  )
  .meta({ id: "RevokeKeys" });
export type RevokeKeys = z.output<typeof RevokeKeys>;

/** Which keys are revoked now, which ids do not exist for the caller, and whether more pass the filter than one call revokes. */
export const RevokedKeys = z
  .object({
    revoked: z.array(z.string()),
    notFound: z.array(z.string()),
    more: z.boolean().describe(`True when more than ${revokedKeysMax} pass the filter; repeat the call`),
  })
  .meta({ id: "RevokedKeys" });
export type RevokedKeys = z.output<typeof RevokedKeys>;

export const KeyPage = pageOf(Key).meta({ id: "KeyPage" });
export type KeyPage = z.output<typeof KeyPage>;

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

/** An object nested no deeper than allowed; walked level by level, so that depth costs no stack. */
function isShallow(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > metadataDepthMax) return false;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return true;
}
