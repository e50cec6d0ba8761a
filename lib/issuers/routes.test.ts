import { beforeAll, describe, expect, it } from "vitest";
import { Issuer } from "@/lib/issuers/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { keySetServer, signToken, testAudience, testKey, type TestKey } from "@/lib/testing/issuer";
import { createTestWorkspace } from "@/lib/testing/workspace";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

async function setUp(scopes = ["platform:*", "*:*"]) {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes });
  return { call: apiClient(secret), owner };
}

const input = (changes: object = {}) => ({
  name: "Staff",
  issuer: "https://id.test/",
  audiences: [testAudience],
  algorithms: ["ES256"],
  jwks: { keys: [key.publicJwk] },
  ...changes,
});

describe("issuers over HTTP", () => {
  it("are registered, read, listed, changed, disabled and removed", async () => {
    const { call } = await setUp();
    const made = await call("POST", "/issuers", input({ rateLimits: [{ limit: 5, windowSeconds: 60 }] }));
    expect(made.status).toBe(201);
    const issuer = Issuer.parse(made.body);
    expect(issuer).toMatchObject({
      id: expect.stringMatching(/^iss_/),
      issuer: "https://id.test/",
      jwksUrl: null,
      scopesClaim: null,
      disabled: false,
      quotas: [],
    });
    expect((await call("GET", `/issuers/${issuer.id}`)).body).toEqual(issuer);
    expect((await call("GET", "/issuers?q=_")).body).toMatchObject({ items: [], total: 0 });
    expect((await call("GET", "/issuers?q=sta")).body).toMatchObject({
      items: [{ id: issuer.id }],
      total: 1,
    });
    expect((await call("GET", `/issuers/${issuer.id}/keys`)).body).toEqual({
      keys: [{ kid: "one", kty: "EC", algorithms: ["ES256"] }],
      refused: [],
      readAt: null,
      lastError: null,
    });
    const changed = await call("PATCH", `/issuers/${issuer.id}`, { name: "Staff 2", scopesClaim: "scope" });
    expect(changed.body).toMatchObject({ name: "Staff 2", scopesClaim: "scope", audiences: [testAudience] });
    expect((await call("PATCH", `/issuers/${issuer.id}`, { disabled: true })).body).toMatchObject({
      disabled: true,
    });
    expect((await call("DELETE", `/issuers/${issuer.id}`)).status).toBe(204);
    expect((await call("GET", `/issuers/${issuer.id}`)).status).toBe(404);
  });

  it("page by cursor, and a name or iss is taken once in a workspace and free in another", async () => {
    const { call } = await setUp();
    for (const name of ["a", "b", "c"])
      expect((await call("POST", "/issuers", input({ name, issuer: `https://${name}.test` }))).status).toBe(
        201,
      );
    const first = await call("GET", "/issuers?limit=2");
    expect(first.body.items.map(({ name }: Issuer) => name)).toEqual(["a", "b"]);
    const second = await call("GET", `/issuers?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ name: "c" }], nextCursor: null });
    expect((await call("POST", "/issuers", input({ name: "a", issuer: "https://new.test" }))).status).toBe(
      409,
    );
    expect((await call("POST", "/issuers", input({ name: "new", issuer: "https://a.test" }))).status).toBe(
      409,
    );
    const other = await setUp();
    expect(
      (await other.call("POST", "/issuers", input({ name: "a", issuer: "https://a.test" }))).status,
    ).toBe(201);
  });

  it("repeated with the same Idempotency-Key are registered once", async () => {
    const { call } = await setUp();
    const headers = { "idempotency-key": "once" };
    const [one, two] = [
      await call("POST", "/issuers", input(), headers),
      await call("POST", "/issuers", input(), headers),
    ];
    expect(two.body).toEqual(one.body);
    expect((await call("GET", "/issuers")).body.total).toBe(1);
  });

  it("keys at an address are shown as they were read, or why they could not be", async () => {
    const { call } = await setUp();
    const server = await keySetServer(key);
    const { id } = (await call("POST", "/issuers", input({ jwks: null, jwksUrl: server.url }))).body;
    expect((await call("GET", `/issuers/${id}/keys`)).body).toMatchObject({
      keys: [{ kid: "one" }],
      readAt: expect.stringMatching(/Z$/),
      lastError: null,
    });
    server.answer = (_request, response) => void response.end("<html>");
    await call("PATCH", `/issuers/${id}`, { jwksUrl: `${server.url}?moved` });
    const unreadable = await call("GET", `/issuers/${id}/keys`);
    expect(unreadable).toMatchObject({ status: 502, body: { detail: expect.stringContaining("not JSON") } });
    const swapped = await call("PATCH", `/issuers/${id}`, { jwks: { keys: [key.publicJwk] } });
    expect(swapped.body).toMatchObject({ jwksUrl: null, jwks: { keys: [{ kid: "one" }] } });
  });

  it("refuse bad input at its place", async () => {
    const { call } = await setUp();
    const shared = await testKey("one", "RS256");
    const cases: [string, object][] = [
      ["name", { name: " " }],
      ["issuer", { issuer: "" }],
      ["audiences", { audiences: [] }],
      ["audiences", { audiences: testAudience }],
      ["algorithms", { algorithms: [] }],
      ["algorithms.0", { algorithms: ["none"] }],
      ["algorithms.1", { algorithms: ["ES256", "HS256"] }],
      ["jwksUrl", { jwks: null }],
      ["jwksUrl", { jwksUrl: "https://id.test/jwks" }],
      ["jwksUrl", { jwks: null, jwksUrl: "file:///etc/passwd" }],
      ["jwksUrl", { jwks: null, jwksUrl: "https://user:word@id.test/" }],
      ["jwksUrl", { jwks: null, jwksUrl: "http://169.254.169.254/" }],
      ["jwksUrl", { jwks: null, jwksUrl: "http://93.184.216.34/" }],
      ["jwks.keys", { jwks: { keys: [] } }],
      ["jwks.keys.0", { jwks: { keys: [{ ...key.publicJwk, d: "AAAA" }] } }],
      ["jwks.keys.0", { jwks: { keys: [{ kty: "oct", k: "AAAA" }] } }],
      ["jwks.keys.0", { jwks: { keys: [shared.publicJwk] } }],
      ["jwks.keys.0", { jwks: { keys: [{ ...key.publicJwk, y: key.publicJwk.x }] } }],
      ["jwks", { algorithms: ["ES256", "RS256"], jwks: { keys: [key.publicJwk, shared.publicJwk] } }],
      ["rateLimits.0.limit", { rateLimits: [{ limit: 0, windowSeconds: 60 }] }],
      [
        "quotas",
        {
          quotas: [
            { limit: 1, per: "day" },
            { limit: 2, per: "day" },
          ],
        },
      ],
      ["secret", { secret: "x" }],
    ];
    for (const [path, changes] of cases) {
      const answer = await call("POST", "/issuers", input(changes));
      expect([JSON.stringify(changes).slice(0, 80), answer.status, answer.body.errors?.[0]?.path]).toEqual([
        JSON.stringify(changes).slice(0, 80),
        422,
        path,
      ]);
    }
    const { id } = (await call("POST", "/issuers", input())).body;
    for (const [path, change] of [
      ["", {}],
      ["issuer", { name: "x", issuer: "https://other.test" }],
      ["algorithms", { algorithms: ["RS256"] }],
      ["jwksUrl", { jwksUrl: "https://id.test/jwks", jwks: { keys: [key.publicJwk] } }],
    ] as const)
      expect(await call("PATCH", `/issuers/${id}`, change)).toMatchObject({
        status: 422,
        body: { errors: [{ path }] },
      });
    expect((await call("GET", `/issuers/${id}`)).body).toMatchObject(input());
  });

  it("whose tokens bring scopes need every scope of the workspace, except to be switched off", async () => {
    const { call, owner } = await setUp();
    const few = await issueKey(owner, { scopes: ["create:issuers", "update:issuers", "read:invoices"] });
    const modest = apiClient(few.secret);
    expect((await modest("POST", "/issuers", input({ scopesClaim: "scope" }))).status).toBe(403);
    expect((await modest("POST", "/issuers", input({ name: "b", issuer: "b" }))).status).toBe(201);
    const { id } = (await call("POST", "/issuers", input({ scopesClaim: "scope" }))).body;
    const own = await testKey();
    for (const change of [
      { jwks: { keys: [own.publicJwk] } },
      { disabled: false },
      { scopesClaim: null },
      { disabled: true, audiences: ["x"] },
    ])
      expect((await modest("PATCH", `/issuers/${id}`, change)).status).toBe(403);
    expect((await modest("PATCH", `/issuers/${id}`, { disabled: true })).status).toBe(200);
  });

  it("answer 401 without a credential, 403 without the scope, and 404 for another workspace's issuer", async () => {
    const { call } = await setUp();
    const { id } = (await call("POST", "/issuers", input())).body;
    const [stranger, powerless] = [(await setUp()).call, (await setUp(["read:invoices", "read:*"])).call];
    const requests: [string, string, unknown?][] = [
      ["GET", "/issuers"],
      ["POST", "/issuers", input({ name: "x" })],
      ["GET", `/issuers/${id}`],
      ["GET", `/issuers/${id}/keys`],
      ["PATCH", `/issuers/${id}`, { name: "x" }],
      ["DELETE", `/issuers/${id}`],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await apiClient(null)(method, path, body)).status]).toEqual([path, 401]);
      expect([path, (await powerless(method, path, body)).status]).toEqual([path, 403]);
      if (path.includes(id)) expect([path, (await stranger(method, path, body)).status]).toEqual([path, 404]);
    }
  });

  it("a token is never a credential of this API, however good it is at the gateway", async () => {
    const { call } = await setUp();
    await call("POST", "/issuers", input({ scopesClaim: "scope" }));
    const token = await signToken(key, "https://id.test/", {
      claims: { scope: "platform:* read:issuers *:*" },
    });
    for (const headers of [{ authorization: `Bearer ${token}` }, { "x-api-key": token }])
      expect(await apiClient(null)("GET", "/issuers", undefined, headers)).toMatchObject({
        status: 401,
        body: { code: "MALFORMED" },
      });
  });
});
