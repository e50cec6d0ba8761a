import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { algorithmsOf, jwkRefusal, publicJwk, tokenAlgorithms } from "@/lib/issuers/format";

function rsa(modulusLength: number): Record<string, unknown> {
  return { ...generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" }) };
}
function ec(namedCurve: string): Record<string, unknown> {
  return { ...generateKeyPairSync("ec", { namedCurve }).publicKey.export({ format: "jwk" }) };
}
const ed25519: Record<string, unknown> = {
  ...generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }),
};
const good = rsa(2_048);
const point = ec("P-256");

describe("a key that checks signatures", () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ["RSA of 2,048 bits", good, ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]],
    ["RSA that names its algorithm", { ...good, alg: "PS256" }, ["PS256"]],
    ["P-256", point, ["ES256"]],
    ["P-384", ec("P-384"), ["ES384"]],
    ["P-521", ec("P-521"), ["ES512"]],
    ["Ed25519", ed25519, ["EdDSA", "Ed25519"]],
    ["one for signatures", { ...point, use: "sig", key_ops: ["verify"], kid: "1", x5c: ["MII"] }, ["ES256"]],
  ])("%s is good for its algorithms", (_what, jwk, algorithms) => {
    expect(jwkRefusal(jwk)).toBeNull();
    expect(algorithmsOf(jwk)).toEqual(algorithms);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a private one", { ...point, d: "AAAA" }, /private/],
    ["an RSA one with a prime", { ...good, p: "AAAA" }, /private/],
    ["a symmetric one", { kty: "oct", k: "AAAA" }, /private/],
    ["a symmetric one without its value", { kty: "oct" }, /kty/],
    ["RSA of 1,024 bits", rsa(1_024), /1024 bits/],
    ["RSA of 2,047 bits", { ...good, n: `f${String(good.n).slice(1)}` }, /2047 bits/],
    [
      "RSA with zeros before a small modulus",
      { ...good, n: "AAAA".repeat(60) + String(rsa(1_024).n) },
      /bits/,
    ],
    ["RSA of 16,384 bits", { ...good, n: "_".repeat(2_731) }, /bits/],
    ["RSA with exponent 1", { ...good, e: "AQ" }, /exponent/],
    ["RSA with an even exponent", { ...good, e: "AQAA" }, /exponent/],
    ["RSA with an exponent as long as its modulus", { ...good, e: String(good.n) }, /exponent/],
    ["RSA without a modulus", { kty: "RSA", e: "AQAB" }, /bits/],
    ["RSA with a modulus that is no base64url", { ...good, n: `${String(good.n)}=` }, /bits/],
    ["a curve that is not ours", { ...point, crv: "secp256k1" }, /P-256/],
    ["a prototype's name as curve", { ...point, crv: "constructor" }, /P-256/],
    ["a short coordinate", { ...point, x: "AAAA" }, /32 bytes/],
    ["Ed448", { ...ed25519, crv: "Ed448" }, /Ed25519/],
    ["X25519", { ...ed25519, crv: "X25519" }, /Ed25519/],
    ["one for encryption", { ...point, use: "enc" }, /signatures/],
    ["one for signing only", { ...point, key_ops: ["sign"] }, /verifying/],
    ["one whose alg does not go with it", { ...point, alg: "RS256" }, /does not go/],
    ["one whose alg is HS256", { ...good, alg: "HS256" }, /does not go/],
    ["one whose kid is a number", { ...point, kid: 1 }, /kid/],
  ])("is not %s", (_what, jwk, sentence) => {
    expect(jwkRefusal(jwk)).toMatch(sentence);
  });

  it("is kept without whatever else the JWK holds", () => {
    expect(publicJwk({ ...point, kid: "1", d: "AAAA", x5u: "http://x", ext: true })).toEqual({
      kty: "EC",
      kid: "1",
      crv: "P-256",
      x: point.x,
      y: point.y,
    });
  });
});

it("every algorithm that can be allowed is asymmetric", () => {
  expect(tokenAlgorithms.filter((algorithm) => /^(HS|none)/i.test(algorithm))).toEqual([]);
});
