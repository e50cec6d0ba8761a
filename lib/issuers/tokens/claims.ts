import type { CompiledIssuer } from "@/lib/issuers/registry/compiled-issuer";
import type { ReadToken } from "@/lib/issuers/tokens/compact";
import type { TokenRefusal } from "@/lib/issuers/tokens/refusal";
import type { Claims } from "@/lib/rules/language/claim";

/** How far clocks may be apart. */
export const clockToleranceSeconds = 30;

const subjectLengthMax = 500;

/** Access tokens (RFC 9068) and tokens of no special kind; a logout token or a DPoP proof is no credential. */
const types: ReadonlySet<string> = new Set(["jwt", "at+jwt", "application/jwt", "application/at+jwt"]);

/** What a token that may be used says of itself. */
export interface TokenHead {
  algorithm: string;
  keyId: string | undefined;
  subject: string;
  times: TokenTimes;
}

/** Seconds since 1970. */
export interface TokenTimes {
  expiresAt: number;
  notBefore: number | undefined;
}

/**
 * Everything about a token that costs no cryptography, so that most forgeries end here. Header parameters that bring
 * their own key (`jwk`, `jku`, `x5c`, `x5u`) are never looked at; `crit` names what is not understood here.
 */
export function examine(
  { header, claims }: ReadToken,
  issuer: CompiledIssuer,
  nowMs: number,
): TokenHead | TokenRefusal {
  const { alg, kid, typ } = header;
  if (typ !== undefined && !(typeof typ === "string" && types.has(typ.toLowerCase()))) return "TOKEN_TYPE";
  if (typeof alg !== "string" || !issuer.algorithms.includes(alg)) return "TOKEN_ALGORITHM";
  if (header.crit !== undefined || header.b64 !== undefined) return "TOKEN_MALFORMED";
  if (kid !== undefined && typeof kid !== "string") return "TOKEN_MALFORMED";
  const { sub, exp, nbf, iat, iss, cnf } = claims;
  if (iss !== issuer.iss) return "TOKEN_CLAIMS";
  if (typeof sub !== "string" || sub === "" || sub.length > subjectLengthMax || /\p{C}/u.test(sub))
    return "TOKEN_CLAIMS";
  if (!isTime(exp) || !(nbf === undefined || isTime(nbf)) || !(iat === undefined || isTime(iat)))
    return "TOKEN_CLAIMS";
  if (cnf !== undefined) return "TOKEN_BOUND";
  if (!hasAudience(claims, issuer.audiences)) return "TOKEN_AUDIENCE";
  const times = { expiresAt: exp, notBefore: nbf };
  return timeRefusal(times, nowMs) ?? { algorithm: alg, keyId: kid, subject: sub, times };
}

/** Whether a token's time is over or has not come, by the clock as it stands; asked again on every call. */
export function timeRefusal({ expiresAt, notBefore }: TokenTimes, nowMs: number): TokenRefusal | null {
  const now = Math.floor(nowMs / 1_000);
  if (expiresAt <= now - clockToleranceSeconds) return "TOKEN_EXPIRED";
  return notBefore !== undefined && notBefore > now + clockToleranceSeconds ? "TOKEN_NOT_YET_VALID" : null;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function hasAudience({ aud }: Claims, accepted: readonly string[]): boolean {
  if (typeof aud === "string") return accepted.includes(aud);
  if (!Array.isArray(aud)) return false;
  const list: readonly unknown[] = aud;
  return (
    list.every((audience) => typeof audience === "string") &&
    accepted.some((audience) => list.includes(audience))
  );
}
