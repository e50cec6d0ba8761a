import { createLocalJWKSet, type LocalJWKSet } from "jose";
import { algorithmsOf, jwkRefusal, publicJwk, type TokenAlgorithm } from "@/lib/issuers/format";

/** Most keys that a set may hold. */
const keysMax = 100;

interface UsableKey {
  jwk: Record<string, string>;
  algorithms: readonly TokenAlgorithm[];
}

/** Public keys of one issuer, as one reading of its set gave them. Never changed: a set that changed is another set. */
export interface KeySet {
  keys: readonly UsableKey[];
  /** Members that cannot be used, and why. */
  refused: readonly { kid: string | null; reason: string }[];
  /** jose's view of the usable keys; it imports each once. */
  resolve: LocalJWKSet;
  /** The usable keys as text, to tell whether a set changed. */
  text: string;
}

/**
 * The set that a JWKS document holds, without the members that may not be used: private or symmetric keys, those too
 * small, those for encryption. Throws a sentence when it is no JWKS at all or too long.
 */
export function keySetOf(document: unknown): KeySet {
  const members = membersOf(document);
  const refused: { kid: string | null; reason: string }[] = [];
  const keys: UsableKey[] = [];
  for (const member of members) {
    const reason = isRecord(member) ? jwkRefusal(member) : "is no object";
    if (reason === null && isRecord(member))
      keys.push({ jwk: publicJwk(member), algorithms: algorithmsOf(member) });
    else refused.push({ kid: kidOf(member), reason: reason ?? "is no object" });
  }
  const jwks = { keys: keys.map(({ jwk }) => ({ ...jwk, kty: jwk.kty ?? "" })) };
  return { keys, refused, resolve: createLocalJWKSet(jwks), text: JSON.stringify(jwks) };
}

/** Whether exactly one key of the set can check a token with this header. */
export function servesHeader(set: KeySet, header: { algorithm: string; keyId: string | undefined }): boolean {
  const fitting = set.keys.filter(
    ({ jwk, algorithms }) =>
      (header.keyId === undefined || jwk.kid === header.keyId) &&
      algorithms.some((algorithm) => algorithm === header.algorithm),
  );
  return fitting.length === 1;
}

function membersOf(document: unknown): readonly unknown[] {
  if (!isRecord(document) || !Array.isArray(document.keys))
    throw new Error("is no JWK set: it has no list `keys`");
  if (document.keys.length > keysMax) throw new Error(`holds more than ${keysMax} keys`);
  return document.keys;
}

function kidOf(member: unknown): string | null {
  return isRecord(member) && typeof member.kid === "string" ? member.kid.slice(0, 256) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
