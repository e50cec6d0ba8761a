import { z } from "zod";
import { canonicalBlock, canonicalOrigin } from "@/lib/keys/canonical";
import { KeyFilter } from "@/lib/keys/reading/schema";
import { KeyName, KeyEnvironment, Metadata } from "@/lib/keys/schema";
import { RateLimits, Quotas } from "@/lib/limits/schema";
import { Moment } from "@/lib/lists/schema";
import { PlanName } from "@/lib/plans/schema";
import { GrantedScopes, GrantedRoles } from "@/lib/scopes/schema";

/** Longest overlap of a rotation: 30 days. */
export const overlapSecondsMax = 2_592_000;

const readable = (text: string) => !/\p{C}/u.test(text);

const Label = z.string().trim().min(1).max(64).refine(readable, "must not hold control characters");
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
  .refine(readable, "must not hold control characters")
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

const FutureTime = Moment.describe("RFC 3339; must lie ahead");

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
