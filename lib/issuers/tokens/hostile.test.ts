import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { signatureChecks, wrongSignaturesMax } from "@/lib/issuers/tokens/signature-checks";
import { signToken, testAudience, testKey, type TestKey } from "@/lib/testing/issuer";
import { issuerScene, testIss } from "@/lib/testing/issuer-scene";

const iss = testIss;

let key: TestKey;
let rsa: TestKey;
beforeAll(async () => {
  key = await testKey();
  rsa = await testKey("rsa", "RS256");
});

const scene = (changes: Parameters<typeof issuerScene>[0] = {}) =>
  issuerScene({ jwks: { keys: [key.publicJwk, rsa.publicJwk] }, ...changes });

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
const claims = (more: object = {}) => ({ iss, sub: "ada", aud: testAudience, exp: inAnHour(), ...more });
const unsigned = (header: unknown, payload: unknown, signature = "AAAA") =>
  `${part(header)}.${part(payload)}.${signature}`;

describe("a hostile token", () => {
  const good = (more: Parameters<typeof signToken>[2]) => () => signToken(key, iss, more);
  const header = { alg: "ES256", kid: "one", typ: "JWT" };
  const publicPem = () => Buffer.from(JSON.stringify(rsa.publicJwk));

  it.each<[string, string, () => string | Promise<string>]>([
    ["alg none without a signature", "TOKEN_MALFORMED", () => unsigned({ alg: "none" }, claims(), "")],
    ["alg none with one", "TOKEN_ALGORITHM", () => unsigned({ alg: "none" }, claims())],
    ["alg nOnE", "TOKEN_ALGORITHM", () => unsigned({ alg: "nOnE" }, claims())],
    ["no alg", "TOKEN_ALGORITHM", () => unsigned({ typ: "JWT" }, claims())],
    ["alg as a list", "TOKEN_ALGORITHM", () => unsigned({ alg: ["ES256"] }, claims())],
    [
      "HS256 with the public key as secret",
      "TOKEN_ALGORITHM",
      () => {
        const input = `${part({ alg: "HS256", kid: "rsa" })}.${part(claims())}`;
        return `${input}.${createHmac("sha256", publicPem()).update(input).digest("base64url")}`;
      },
    ],
    [
      "an algorithm that is not allowed here",
      "TOKEN_ALGORITHM",
      () => unsigned({ alg: "PS256", kid: "rsa" }, claims()),
    ],
    ["another key's algorithm", "TOKEN_KEY_UNKNOWN", () => unsigned({ alg: "RS256", kid: "one" }, claims())],
    ["a stranger's signature", "TOKEN_SIGNATURE", async () => signToken(await testKey(), iss)],
    [
      "a payload put in place of the signed one",
      "TOKEN_SIGNATURE",
      async () => (await signToken(key, iss)).replace(/\.[^.]+\./, `.${part(claims({ sub: "admin" }))}.`),
    ],
    [
      "its own key in the header",
      "TOKEN_SIGNATURE",
      async () => {
        const own = await testKey();
        return signToken(own, iss, { header: { jwk: own.publicJwk } });
      },
    ],
    ["a signature that is no base64url", "TOKEN_MALFORMED", () => unsigned(header, claims(), "==")],
    ["a kid that is a path", "TOKEN_KEY_UNKNOWN", good({ header: { kid: "../../etc/passwd" } })],
    ["a kid that is a query", "TOKEN_KEY_UNKNOWN", good({ header: { kid: "one' or '1'='1" } })],
    ["a kid that is a prototype's", "TOKEN_KEY_UNKNOWN", good({ header: { kid: "__proto__" } })],
    ["a kid that is a number", "TOKEN_MALFORMED", () => unsigned({ ...header, kid: 1 }, claims())],
    ["a typ of something else", "TOKEN_TYPE", good({ header: { typ: "logout+jwt" } })],
    ["the typ of a DPoP proof", "TOKEN_TYPE", good({ header: { typ: "dpop+jwt" } })],
    ["a typ that is no text", "TOKEN_TYPE", () => unsigned({ ...header, typ: 1 }, claims())],
    [
      "an extension that must be understood",
      "TOKEN_MALFORMED",
      () => unsigned({ ...header, crit: ["x"] }, claims()),
    ],
    ["an unencoded payload", "TOKEN_MALFORMED", () => unsigned({ ...header, b64: false }, claims())],
    ["another audience", "TOKEN_AUDIENCE", good({ claims: { aud: "https://other.test" } })],
    ["a list of other audiences", "TOKEN_AUDIENCE", good({ claims: { aud: ["a", "b"] } })],
    [
      "an audience that only begins like ours",
      "TOKEN_AUDIENCE",
      good({ claims: { aud: `${testAudience}.evil` } }),
    ],
    ["no audience", "TOKEN_AUDIENCE", good({ claims: { aud: undefined } })],
    ["an empty list of audiences", "TOKEN_AUDIENCE", good({ claims: { aud: [] } })],
    [
      "audiences that are no texts",
      "TOKEN_AUDIENCE",
      () => unsigned(header, claims({ aud: [testAudience, 1] })),
    ],
    ["no expiry", "TOKEN_CLAIMS", good({ claims: { exp: undefined } })],
    ["an expiry that is text", "TOKEN_CLAIMS", () => unsigned(header, claims({ exp: "9999999999" }))],
    [
      "an expiry beyond all numbers",
      "TOKEN_CLAIMS",
      () => unsigned(header, JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999')),
    ],
    [
      "an expiry in the past",
      "TOKEN_EXPIRED",
      good({ claims: { exp: Math.floor(Date.now() / 1_000) - 31 } }),
    ],
    ["a beginning in the future", "TOKEN_NOT_YET_VALID", good({ claims: { nbf: inAnHour() } })],
    ["a beginning that is text", "TOKEN_CLAIMS", () => unsigned(header, claims({ nbf: "0" }))],
    ["no subject", "TOKEN_CLAIMS", good({ claims: { sub: undefined } })],
    ["an empty subject", "TOKEN_CLAIMS", good({ claims: { sub: "" } })],
    ["a subject with a line break", "TOKEN_CLAIMS", good({ claims: { sub: "ada\r\nX-Admin: 1" } })],
    ["a subject without end", "TOKEN_CLAIMS", good({ claims: { sub: "a".repeat(501) } })],
    ["a key that its holder would have to prove", "TOKEN_BOUND", good({ claims: { cnf: { jkt: "AAAA" } } })],
    [
      "a claim named twice",
      "TOKEN_MALFORMED",
      () => unsigned(header, `{"sub":"eve",${JSON.stringify(claims()).slice(1)}`),
    ],
    [
      "two issuers, the registered one first",
      "TOKEN_MALFORMED",
      () => unsigned(header, `${JSON.stringify(claims()).slice(0, -1)},"iss":"https://stranger.test"}`),
    ],
    [
      "two issuers, the registered one last and in disguise",
      "TOKEN_MALFORMED",
      () =>
        unsigned(
          header,
          `{"iss":"https://stranger.test",${JSON.stringify(claims()).slice(1).replace('"iss"', '"\\u0069ss"')}`,
        ),
    ],
    ["an algorithm named twice", "TOKEN_MALFORMED", () => unsigned('{"alg":"none","alg":"ES256"}', claims())],
    ["a header that is no JSON", "TOKEN_MALFORMED", () => unsigned("{no", claims())],
    [
      "claims nested without end",
      "TOKEN_MALFORMED",
      () => unsigned(header, claims({ x: JSON.parse("[".repeat(40) + "]".repeat(40)) })),
    ],
    ["a megabyte", "TOKEN_TOO_LARGE", good({ claims: { x: "x".repeat(1_000_000) } })],
  ])("with %s: %s", async (_what, code, make) => {
    const { ask } = await scene();
    expect(await ask(await make())).toEqual({ ok: false, code });
  });

  it("of a megabyte costs no signature check and next to no time", async () => {
    const { ask } = await scene();
    const token = await signToken(key, iss, { claims: { x: "x".repeat(1_000_000) } });
    const run = vi.spyOn(signatureChecks(), "run");
    const startedAt = performance.now();
    for (let call = 0; call < 100; call += 1) await ask(token);
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
  });

  it("is checked once however often it comes, and a flood of different ones a bounded number of times", async () => {
    const { ask } = await scene();
    const stranger = await testKey();
    const run = vi.spyOn(signatureChecks(), "run");
    const one = await signToken(stranger, iss);
    for (let call = 0; call < 20; call += 1)
      expect(await ask(one)).toEqual({ ok: false, code: "TOKEN_SIGNATURE" });
    expect(run).toHaveBeenCalledTimes(1);
    run.mockRestore();
    const verify = vi.spyOn(crypto.subtle, "verify");
    const flood = await Promise.all(
      Array.from({ length: 400 }, (_, jti) => signToken(stranger, iss, { claims: { jti: String(jti) } })),
    );
    const startedAt = performance.now();
    const codes = new Set(
      (await Promise.all(flood.map(ask))).map((found) => found?.ok === false && found.code),
    );
    const seconds = Math.ceil((performance.now() - startedAt) / 1_000) + 1;
    expect([...codes].sort()).toEqual(["BUSY", "TOKEN_SIGNATURE"]);
    // Those that run when the bound is reached end; there are 8 at a time.
    expect(verify.mock.calls.length).toBeLessThanOrEqual((wrongSignaturesMax.perAddress + 8) * seconds);
    verify.mockRestore();
  });

  it("in any number keeps a token that passed before from nothing", async () => {
    const { ask } = await scene();
    const token = await signToken(key, iss);
    await ask(token);
    const stranger = await testKey();
    const flood = Array.from({ length: 200 }, (_, jti) =>
      signToken(stranger, iss, { claims: { jti: `${jti}` } }),
    );
    const asked = (await Promise.all(flood)).map(ask);
    expect(ask(token)).toMatchObject({ ok: true });
    await Promise.all(asked);
    expect(ask(token)).toMatchObject({ ok: true });
  });
});

describe("a stranger's token", () => {
  it.each<[string, () => string | Promise<string>]>([
    ["of another issuer", () => signToken(key, "https://stranger.test")],
    ["of nearly the same issuer", () => signToken(key, iss.slice(0, -1))],
    ["without an issuer", () => signToken(key, iss, { claims: { iss: undefined } })],
    ["with an issuer that is no text", () => unsigned({ alg: "ES256" }, claims({ iss: [iss] }))],
    ["that is no JSON", () => unsigned({ alg: "ES256" }, "nothing")],
    ["that is no object", () => unsigned({ alg: "ES256" }, "[]")],
  ])("%s belongs to somebody else", async (_what, make) => {
    const { ask } = await scene();
    expect(await ask(await make())).toBeNull();
  });
});
