import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { httpUpstream } from "@/lib/testing/gateway/gateway";

/** A signing key of an issuer under test. */
export interface TestKey {
  kid: string;
  algorithm: string;
  privateKey: CryptoKey;
  publicJwk: Record<string, string>;
}

export async function testKey(kid = "one", algorithm = "ES256"): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const members = Object.entries({ ...jwk, kid }).filter(
    (member): member is [string, string] => typeof member[1] === "string",
  );
  return { kid, algorithm, privateKey, publicJwk: Object.fromEntries(members) };
}

/** What a test's tokens say unless told otherwise. */
export const testAudience = "https://api.test";

/** Signs a token of `iss` for ada, good for five minutes; `claims` and `header` change it, undefined takes a claim away. */
export function signToken(
  key: TestKey,
  iss: string,
  { claims = {}, header = {} }: { claims?: Record<string, unknown>; header?: Record<string, unknown> } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const said = { iss, sub: "ada", aud: testAudience, iat: now, exp: now + 300, ...claims };
  const payload: JWTPayload = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: "JWT", ...header })
    .sign(key.privateKey);
}

/** Where an issuer publishes its keys: what it answers can be changed, and its readings are counted. Ends with the test. */
export async function keySetServer(...keys: TestKey[]) {
  const server = {
    url: "",
    readings: 0,
    publish(...published: TestKey[]) {
      this.answer = (_request, response) =>
        void response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) }));
    },
    answer: (_request: IncomingMessage, response: ServerResponse): void => void response.end(),
  };
  server.publish(...keys);
  const origin = await httpUpstream((request, response) => {
    server.readings += 1;
    server.answer(request, response);
  });
  server.url = `${origin}/jwks.json`;
  return server;
}
