import { z } from "zod";
import { grantOf, type RoleScopes } from "@/lib/keys/changes/granting";
import type { StoredKey } from "@/lib/keys/changes/stored-key";
import { maskSecret } from "@/lib/keys/format";
import {
  KeyEnvironment,
  type Key,
  type KeyRotation,
  type KeySecret,
  type KeyStatus,
} from "@/lib/keys/schema";
import { QuotaInput, RateLimitInput } from "@/lib/limits/schema";
import { JsonObject } from "@/lib/db/json";
import { withinCeiling } from "@/lib/scopes/grant";

type StoredSecretRow = StoredKey["secrets"][number];

/** A key row as the API shows it at `now`. */
export function presentKey(row: StoredKey, roleScopes: RoleScopes, now: Date): Key {
  const rotation = rotationOf(row, now);
  const newest = row.secrets.find((secret) => secret.expiresAt === null);
  return {
    id: row.id,
    name: row.name,
    prefix: newest?.prefix ?? "",
    masked: newest === undefined ? "" : maskSecret(newest),
    environment: KeyEnvironment.parse(row.environment),
    status: statusOf(row, rotation !== null, now),
    scopes: row.scopes,
    roles: row.roles,
    grant: effectiveGrant(row, roleScopes),
    customer: row.customerId,
    customerName: row.customer?.name ?? null,
    customerExternalId: row.customer?.externalId ?? null,
    metadata: JsonObject.parse(row.metadata),
    plan: row.plan,
    rateLimits: z.array(RateLimitInput).parse(row.rateLimits),
    quotas: z.array(QuotaInput).parse(row.quotas),
    allowedIps: row.allowedIps,
    allowedOrigins: row.allowedOrigins,
    externalId: row.externalId,
    labels: row.labels,
    expiresAt: timeText(row.expiresAt),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    updatedAt: row.updatedAt.toISOString(),
    lastUsedAt: timeText(row.lastUsedAt),
    lastUsedFrom: row.lastUsedFrom,
    revokedAt: timeText(row.revokedAt),
    revokeReason: row.revokeReason,
    rotation: row.revokedAt === null ? rotation : null,
  };
}

/** What the key may do now: its whole grant, or what its customer's ceiling leaves of it. */
function effectiveGrant(row: StoredKey, roleScopes: RoleScopes): string[] {
  const grant = grantOf(row, roleScopes);
  return row.customer === null ? grant : withinCeiling(grant, row.customer.scopeCeiling);
}

/** A secret without its value or hash. */
export function presentSecret(secret: StoredSecretRow): KeySecret {
  return {
    id: secret.id,
    masked: maskSecret(secret),
    lastFour: secret.lastFour,
    createdAt: secret.createdAt.toISOString(),
    expiresAt: timeText(secret.expiresAt),
    lastUsedAt: timeText(secret.lastUsedAt),
  };
}

/** Revoked before expired before disabled, in the order that verification finds out. */
function statusOf(row: StoredKey, overlaps: boolean, now: Date): KeyStatus {
  if (row.revokedAt !== null) return "revoked";
  if (row.expiresAt !== null && row.expiresAt <= now) return "expired";
  if (row.disabledAt !== null) return "disabled";
  return overlaps ? "rotating" : "active";
}

function rotationOf(row: StoredKey, now: Date): KeyRotation | null {
  const newest = row.secrets.find((secret) => secret.expiresAt === null);
  const old = row.secrets.find((secret) => secret.expiresAt !== null && secret.expiresAt > now);
  if (newest === undefined || old === undefined || old.expiresAt === null) return null;
  return {
    oldSecret: presentSecret(old),
    newSecret: presentSecret(newest),
    endsAt: old.expiresAt.toISOString(),
  };
}

function timeText(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
