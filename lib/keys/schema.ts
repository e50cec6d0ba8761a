import { z } from "zod";
import { keyEnvironments, keyStatuses } from "@/lib/keys/catalogue";
import { RateLimitInput, QuotaInput, EffectiveLimits } from "@/lib/limits/schema";

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

/** The provider's own facts of a key or a customer. */
export const Metadata = z
  .unknown()
  .superRefine((value, context) => {
    const message = shapeRefusal(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
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

/** A key with its value, shown this once. */
export const IssuedKey = z.object({ key: Key, secret: z.string() }).meta({ id: "IssuedKey" });
export type IssuedKey = z.output<typeof IssuedKey>;

/** `GET /keys/{id}`: the key, everything that limits it, and all its secrets, newest first. */
export const KeyDetail = Key.extend({ limits: EffectiveLimits, secrets: z.array(KeySecret) }).meta({
  id: "KeyDetail",
});
export type KeyDetail = z.output<typeof KeyDetail>;

/** Why an object cannot be metadata as it is, or null; walked level by level, so that depth costs no stack. */
function shapeRefusal(value: unknown): string | null {
  const deep = `must be an object nested at most ${metadataDepthMax} deep`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return deep;
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > metadataDepthMax) return deep;
    // Whoever copies objects member by member loses it without a word.
    if (level.some((item) => Object.hasOwn(item, "__proto__"))) return "must not hold the name __proto__";
    level = level.flatMap((item) => Object.values(item)).filter(isObject);
  }
  return null;
}

function isObject(item: unknown): item is object {
  return typeof item === "object" && item !== null;
}
