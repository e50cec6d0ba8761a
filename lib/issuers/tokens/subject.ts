import { createHash } from "node:crypto";
import type { CompiledIssuer } from "@/lib/issuers/registry/compiled-issuer";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { limitsOf } from "@/lib/limits/effective";
import { claimReader, type Claims } from "@/lib/rules/language/claim";
import { canonicalScope, isPlatformScope } from "@/lib/scopes/catalogue";
import { Scope } from "@/lib/scopes/schema";

/** A token's further scopes count for nothing. */
const scopesMax = 100;

/** Stable id of one issuer's subject, for records, usage and limits: `sub_` and 128 bits of SHA-256 over both. */
export function subjectId(issuerId: string, subject: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([issuerId, subject]), "utf8")
    .digest();
  return `sub_${digest.subarray(0, 16).toString("base64url")}`;
}

/**
 * A verified token as the rest of the house sees callers. The subject stands for the key and the issuer for its
 * secret, so limits and usage are by subject; `token` holds the claims for rules.
 */
export function subjectOf(
  { workspaceId, issuer }: { workspaceId: string; issuer: CompiledIssuer },
  { claims, subject, expiresAt }: { claims: Claims; subject: string; expiresAt: number },
): VerifiedKey {
  const keyId = subjectId(issuer.id, subject);
  return {
    workspaceId,
    keyId,
    secretId: issuer.id,
    name: subject,
    prefix: issuer.name,
    environment: "live",
    customer: null,
    scopes: issuer.scopesClaim === null ? [] : scopesIn(claimReader(issuer.scopesClaim)(claims)),
    roles: [],
    metadata: {},
    labels: [],
    externalId: null,
    allowedIps: [],
    allowedOrigins: [],
    plan: null,
    limits: limitsOf(workspaceId, [{ kind: "key", id: keyId, ...issuer.limits }]),
    expiresAt: timeOf(expiresAt),
    generation: 1,
    token: claims,
  };
}

/** Scopes in a claim, as text with spaces or as a list. What is no scope, and every platform scope, is left out. */
export function scopesIn(claim: unknown): string[] {
  const named: readonly unknown[] =
    typeof claim === "string" ? claim.split(/[ \t\n]+/) : Array.isArray(claim) ? claim : [];
  const scopes = named
    .filter((name) => typeof name === "string")
    .map(canonicalScope)
    .filter((name) => Scope.safeParse(name).success && !isPlatformScope(name));
  return [...new Set(scopes)].slice(0, scopesMax).sort();
}

/** Null for times that no calendar holds. */
function timeOf(seconds: number): string | null {
  const time = new Date(seconds * 1_000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
