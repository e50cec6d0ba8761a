/** Signature algorithms a JWT may use: asymmetric ones only, so nobody who can check a token can also make one. */
export const tokenAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** Bits of an RSA modulus: below, it can be factored; above, each check of a forged token would cost too much. */
const modulusBits = { min: 2_048, max: 8_192 } as const;

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const base64url = /^[A-Za-z0-9_-]+$/;

/** Octets of a coordinate on each curve (RFC 7518, 6.2.1.2). */
const coordinateBytes: ReadonlyMap<unknown, number> = new Map([
  ["P-256", 32],
  ["P-384", 48],
  ["P-521", 66],
]);

/**
 * Why a JWK cannot check signatures here, as the rest of a sentence, or null when it can: a key with private parts, a
 * symmetric one, one too small or too large, one that is not for signatures (RFC 7517, RFC 7518).
 */
export function jwkRefusal(jwk: Readonly<Record<string, unknown>>): string | null {
  if (privateMembers.some((name) => Object.hasOwn(jwk, name)))
    return "holds private parts; send the public key only, and replace this one, since it has been shown";
  if (jwk.use !== undefined && jwk.use !== "sig") return "is not for signatures";
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify")))
    return "is not for verifying";
  if (jwk.kid !== undefined && (typeof jwk.kid !== "string" || jwk.kid === "" || jwk.kid.length > 256))
    return "has a kid that is not 1–256 characters of text";
  const ofKind = refusalOfKind(jwk);
  if (ofKind !== null) return ofKind;
  return jwk.alg !== undefined && !algorithmsOf(jwk).some((algorithm) => algorithm === jwk.alg)
    ? `has the alg ${String(jwk.alg).slice(0, 40)}, which does not go with it`
    : null;
}

function refusalOfKind(jwk: Readonly<Record<string, unknown>>): string | null {
  switch (jwk.kty) {
    case "RSA":
      return rsaRefusal(jwk);
    case "EC": {
      const bytes = coordinateBytes.get(jwk.crv);
      if (bytes === undefined) return "must be on P-256, P-384 or P-521";
      return bytesOf(jwk.x) === bytes && bytesOf(jwk.y) === bytes
        ? null
        : `must have x and y of ${bytes} bytes`;
    }
    case "OKP":
      if (jwk.crv !== "Ed25519") return "must be on Ed25519";
      return bytesOf(jwk.x) === 32 ? null : "must have x of 32 bytes";
    default:
      return "must be of kty RSA, EC or OKP";
  }
}

function rsaRefusal({ n, e }: Readonly<Record<string, unknown>>): string | null {
  const bits = bitsOf(n);
  if (bits < modulusBits.min || bits > modulusBits.max)
    return `has a modulus of ${bits} bits; it must have ${modulusBits.min} to ${modulusBits.max}`;
  const exponent = numberOf(e);
  return exponent >= 3 && exponent % 2 === 1
    ? null
    : "must have an odd exponent from 3 to 2^32, such as AQAB";
}

/** Algorithms that a key can check: its kind's, or the one that it names. */
export function algorithmsOf(jwk: Readonly<Record<string, unknown>>): readonly TokenAlgorithm[] {
  const fitting = tokenAlgorithms.filter((algorithm) => {
    if (jwk.kty === "RSA") return algorithm.startsWith("RS") || algorithm.startsWith("PS");
    if (jwk.kty === "OKP") return algorithm === "EdDSA" || algorithm === "Ed25519";
    return algorithm === { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" }[String(jwk.crv)];
  });
  return jwk.alg === undefined ? fitting : fitting.filter((algorithm) => algorithm === jwk.alg);
}

/** The members of a JWK that checking needs; whatever else it holds is not kept. */
export function publicJwk(jwk: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["kty", "kid", "alg", "crv", "n", "e", "x", "y"]) {
    const value = jwk[name];
    if (typeof value === "string") kept[name] = value;
  }
  return kept;
}

function bytesOf(value: unknown): number {
  return typeof value === "string" && base64url.test(value) ? Math.floor((value.length * 3) / 4) : 0;
}

/** Bits of a base64url number, leading zeros apart. */
function bitsOf(value: unknown): number {
  if (typeof value !== "string" || !base64url.test(value)) return 0;
  const first = [...octets(value.slice(0, 8))];
  const leading = first.findIndex((octet) => octet !== 0);
  if (leading === -1) return 0;
  return (bytesOf(value) - leading - 1) * 8 + (32 - Math.clz32(first[leading] ?? 0));
}

function numberOf(value: unknown): number {
  if (typeof value !== "string" || !base64url.test(value) || value.length > 6) return 0;
  return octets(value).reduce((number, octet) => number * 256 + octet, 0);
}

function octets(text: string): number[] {
  return [...atob(text.replaceAll("-", "+").replaceAll("_", "/"))].map((character) =>
    character.charCodeAt(0),
  );
}

/** Whether an id is that of a JWT's subject, who calls as a key does but has no key. */
export function isSubjectId(id: string): boolean {
  return id.startsWith("sub_");
}
