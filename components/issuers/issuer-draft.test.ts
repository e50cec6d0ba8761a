import { expect, test } from "vitest";
import { issuerDraftOf, readIssuerChange, readNewIssuer } from "@/components/issuers/issuer-draft";
import { Issuer } from "@/lib/issuers/schema";

const jwk = {
  kty: "EC",
  crv: "P-256",
  kid: "one",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const issuer = Issuer.parse({
  id: "iss_1",
  name: "Acme ID",
  issuer: "https://id.acme.example",
  audiences: ["https://api.acme.example"],
  algorithms: ["ES256"],
  jwksUrl: null,
  jwks: { keys: [jwk] },
  scopesClaim: "scope",
  rateLimits: [],
  quotas: [],
  disabled: false,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
});
const draft = {
  ...issuerDraftOf(null),
  name: "Acme ID",
  issuer: "https://id.acme.example",
  audiences: "https://api.acme.example",
};

test("an issuer whose form was not touched sends nothing", () => {
  expect(readIssuerChange(issuerDraftOf(issuer), issuer)).toEqual({ input: null });
});

test("keys pasted before are given up for an address, and nothing else changes", () => {
  const change = {
    ...issuerDraftOf(issuer),
    source: "url",
    jwksUrl: "https://id.acme.example/jwks.json",
  } as const;
  expect(readIssuerChange(change, issuer)).toEqual({
    input: { jwksUrl: "https://id.acme.example/jwks.json" },
  });
});

test("one key pasted without a set is a set of one", () => {
  const read = readNewIssuer({
    ...draft,
    source: "pasted",
    algorithms: ["ES256"],
    jwks: JSON.stringify(jwk),
  });
  expect(read).toMatchObject({ input: { jwks: { keys: [{ kid: "one" }] }, jwksUrl: null } });
});

test("a private key, and one that goes with no allowed algorithm, are refused by their place in the set", () => {
  const pasted = (keys: unknown[]) =>
    readNewIssuer({ ...draft, source: "pasted", algorithms: ["ES256"], jwks: JSON.stringify({ keys }) });
  const secret = pasted([jwk, { ...jwk, kid: "two", d: "secret" }]);
  expect("errors" in secret && secret.errors["jwks"]).toMatch(/^Key 2 holds private parts/);
  const mismatch = readNewIssuer({ ...draft, source: "pasted", jwks: JSON.stringify(jwk) });
  expect("errors" in mismatch && mismatch.errors["jwks"]).toMatch(/^Key 1 goes with none/);
});

test("without audience, algorithm or address nothing is sent, and each is said", () => {
  const read = readNewIssuer({ ...draft, audiences: "", algorithms: [], jwksUrl: "id.example" });
  expect("errors" in read && Object.keys(read.errors).sort()).toEqual(["algorithms", "audiences", "jwksUrl"]);
});
