import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createIssuer } from "@/lib/issuers/create";
import { deleteIssuer } from "@/lib/issuers/delete";
import { refreshAfterMs, retryAfterMs, staleMaxMs } from "@/lib/issuers/key-sets/key-source";
import { signatureChecks } from "@/lib/issuers/tokens/signature-checks";
import { updateIssuer } from "@/lib/issuers/update";
import { keySetServer, signToken, testAudience, testKey, type TestKey } from "@/lib/testing/issuer";
import { asker, issuerInput, issuerScene, testIss } from "@/lib/testing/issuer-scene";
import { createTestWorkspace } from "@/lib/testing/workspace";

const iss = testIss;

let key: TestKey;
let rsa: TestKey;
beforeAll(async () => {
  key = await testKey();
  rsa = await testKey("rsa", "RS256");
});

const scene = (changes: Parameters<typeof issuerScene>[0] = {}) =>
  issuerScene({ jwks: { keys: [key.publicJwk, rsa.publicJwk] }, ...changes });
afterEach(() => vi.useRealTimers());

describe("a good token", () => {
  it("is its subject: stable id, name, issuer, claims; and the second time without a wait", async () => {
    const { ask, issuer, workspaceId } = await scene();
    const token = await signToken(key, iss, { claims: { plan: "pro" } });
    const first = await ask(token);
    expect(first).toMatchObject({
      ok: true,
      key: {
        workspaceId,
        keyId: expect.stringMatching(/^sub_[\w-]{22}$/),
        secretId: issuer.id,
        name: "ada",
        prefix: "id",
        customer: null,
        scopes: [],
        token: { plan: "pro" },
      },
    });
    const second = ask(token);
    expect(second).not.toBeInstanceOf(Promise);
    expect(second).toEqual(first);
    const another = await ask(await signToken(rsa, iss));
    expect(another?.ok === true && another.key.keyId).toBe(first?.ok === true && first.key.keyId);
  });

  it.each([
    ["a list of audiences that holds ours", { aud: ["https://other.test", testAudience] }, {}],
    ["no typ", {}, { typ: undefined }],
    ["the typ of access tokens", {}, { typ: "at+JWT" }],
    ["the same with its media type", {}, { typ: "application/at+jwt" }],
    ["no kid, where one key alone fits", {}, { kid: undefined }],
    ["an expiry of a moment ago, within the tolerance", { exp: Math.floor(Date.now() / 1_000) - 5 }, {}],
    ["a key of its own in the header, which is not looked at", {}, { jwk: { kty: "oct", k: "AAAA" } }],
    [
      "addresses of keys, which are not looked at",
      {},
      { jku: "http://127.0.0.1:1/", x5u: "http://127.0.0.1:1/" },
    ],
  ])("may have %s", async (_what, claims, header) => {
    const { ask } = await scene();
    expect(await ask(await signToken(key, iss, { claims, header }))).toMatchObject({ ok: true });
  });

  it("brings scopes only through the issuer's claim, and never one of the platform", async () => {
    const scope =
      "openid read:invoices write:orders platform:* read:keys keys::create invoices::pay *:platform";
    const bare = await scene();
    expect(await bare.ask(await signToken(key, iss, { claims: { scope } }))).toMatchObject({
      key: { scopes: [] },
    });
    const { ask } = await scene({ scopesClaim: "scope" });
    expect(await ask(await signToken(key, iss, { claims: { scope } }))).toMatchObject({
      key: { scopes: ["pay:invoices", "read:invoices", "write:orders"] },
    });
    const nested = await scene({ scopesClaim: "realm_access.roles" });
    const roles = ["read:invoices", 7, null, "read:invoices", "admin:platform"];
    expect(
      await nested.ask(await signToken(key, iss, { claims: { realm_access: { roles } } })),
    ).toMatchObject({
      key: { scopes: ["read:invoices"] },
    });
  });

  it("is limited by subject, whichever token it shows", async () => {
    const { ask } = await scene({
      rateLimits: [{ name: "minute", limit: 5, windowSeconds: 60 }],
      quotas: [{ limit: 100, per: "day" }],
    });
    const slots = async (sub: string, jti: string) => {
      const found = await ask(await signToken(key, iss, { claims: { sub, jti } }));
      if (found?.ok !== true) throw new Error("refused");
      return [found.key.limits?.rateLimits[0]?.slot, found.key.limits?.quotas[0]?.slot];
    };
    expect(await slots("ada", "1")).toEqual(await slots("ada", "2"));
    expect(await slots("ada", "1")).not.toEqual(await slots("eve", "1"));
  });
});

describe("two workspaces", () => {
  it("a token of one's issuer is nothing in the other, until that one registers it too", async () => {
    const [one, other] = [await scene(), await createTestWorkspace()];
    const token = await signToken(key, iss);
    expect(await one.ask(token)).toMatchObject({ ok: true, key: { workspaceId: one.workspaceId } });
    expect(await asker(other)(token)).toBeNull();
    await createIssuer(
      other.owner,
      issuerInput({
        issuer: "https://elsewhere.test",
        algorithms: ["ES256"],
        jwks: { keys: [key.publicJwk] },
      }),
    );
    expect(await asker(other)(token)).toBeNull();
  });

  it("with the same issuer each judge by their own keys, audiences and scopes, under ids of their own", async () => {
    const other = await testKey();
    const [mine, theirs] = [
      await scene({ scopesClaim: "scope" }),
      await scene({ jwks: { keys: [other.publicJwk] }, audiences: ["https://theirs.test"] }),
    ];
    const both = { aud: [testAudience, "https://theirs.test"], scope: "read:invoices" };
    const [byMine, byOther] = [
      await signToken(key, iss, { claims: both }),
      await signToken(other, iss, { claims: both }),
    ];
    const atMine = await mine.ask(byMine);
    expect(atMine).toMatchObject({
      ok: true,
      key: { workspaceId: mine.workspaceId, scopes: ["read:invoices"] },
    });
    expect(await theirs.ask(byMine)).toEqual({ ok: false, code: "TOKEN_SIGNATURE" });
    const atTheirs = await theirs.ask(byOther);
    expect(atTheirs).toMatchObject({ ok: true, key: { workspaceId: theirs.workspaceId, scopes: [] } });
    expect(await mine.ask(byOther)).toEqual({ ok: false, code: "TOKEN_SIGNATURE" });
    expect(atMine?.ok === true && atMine.key.keyId).not.toBe(atTheirs?.ok === true && atTheirs.key.keyId);
    expect(await theirs.ask(await signToken(other, iss))).toEqual({ ok: false, code: "TOKEN_AUDIENCE" });
  });
});

it("a token that two workspaces accept is remembered in each", async () => {
  const [one, other] = [await scene(), await scene()];
  const token = await signToken(key, iss);
  await one.ask(token);
  await other.ask(token);
  for (const { ask, workspaceId } of [one, other, one])
    expect(ask(token)).toMatchObject({ ok: true, key: { workspaceId } });
});

describe("the clock", () => {
  it("judges a token that passed before on every call, stepping forward or back", async () => {
    const { ask } = await scene();
    const startMs = Date.now();
    const nbf = Math.floor(startMs / 1_000);
    const token = await signToken(key, iss, { claims: { nbf } });
    expect(await ask(token)).toMatchObject({ ok: true });
    vi.useFakeTimers({ toFake: ["Date"], now: startMs + 331_000 });
    expect(ask(token)).toEqual({ ok: false, code: "TOKEN_EXPIRED" });
    vi.setSystemTime(startMs + 1_000);
    expect(ask(token)).toMatchObject({ ok: true });
    vi.setSystemTime(startMs - 3_600_000);
    expect(ask(token)).toEqual({ ok: false, code: "TOKEN_NOT_YET_VALID" });
  });
});

describe("a change of an issuer", () => {
  it.each<[string, Parameters<typeof updateIssuer>[2], string]>([
    ["disabled", { disabled: true }, "ISSUER_DISABLED"],
    ["given another audience", { audiences: ["https://new.test"] }, "TOKEN_AUDIENCE"],
    ["allowed other algorithms only", { algorithms: ["RS256"] }, "TOKEN_ALGORITHM"],
  ])("%s: the very next call is refused, remembered or not", async (_what, change, code) => {
    const server = await keySetServer(key, rsa);
    const { ask, owner, issuer } = await scene({ jwks: null, jwksUrl: server.url });
    const token = await signToken(key, iss);
    await ask(token);
    expect(ask(token)).toMatchObject({ ok: true });
    await updateIssuer(owner, issuer.id, change);
    expect(await ask(token)).toEqual({ ok: false, code });
  });

  it("new keys: tokens of the old ones are refused at once, those of the new ones accepted", async () => {
    const { ask, owner, issuer } = await scene();
    const token = await signToken(key, iss);
    await ask(token);
    const next = await testKey("two");
    await updateIssuer(owner, issuer.id, { jwks: { keys: [next.publicJwk] } });
    expect(await ask(token)).toEqual({ ok: false, code: "TOKEN_KEY_UNKNOWN" });
    expect(await ask(await signToken(next, iss))).toMatchObject({ ok: true });
  });

  it("removed: its tokens are nobody's; enabled again: they count again", async () => {
    const { ask, owner, issuer } = await scene();
    const token = await signToken(key, iss);
    await ask(token);
    await updateIssuer(owner, issuer.id, { disabled: true });
    expect(await ask(token)).toEqual({ ok: false, code: "ISSUER_DISABLED" });
    await updateIssuer(owner, issuer.id, { disabled: false });
    expect(await ask(token)).toMatchObject({ ok: true });
    await deleteIssuer(owner, issuer.id);
    expect(await ask(token)).toBeNull();
  });

  it("while a first check waits for keys: what it was asked under no longer counts", async () => {
    const server = await keySetServer(key);
    const { publish } = server;
    let release: () => void = () => undefined;
    server.answer = (request, response) => {
      release = () => {
        publish.call(server, key);
        server.answer(request, response);
      };
    };
    const { ask, owner, issuer } = await scene({ jwks: null, jwksUrl: server.url });
    const waiting = ask(await signToken(key, iss));
    await vi.waitFor(() => expect(server.readings).toBe(1));
    await updateIssuer(owner, issuer.id, { disabled: true });
    release();
    expect(await waiting).toEqual({ ok: false, code: "ISSUER_DISABLED" });
  });

  it("of another issuer in the workspace voids nothing", async () => {
    const { ask, owner } = await scene();
    const token = await signToken(key, iss);
    await ask(token);
    await createIssuer(
      owner,
      issuerInput({
        name: "b",
        issuer: "https://b.test",
        algorithms: ["ES256"],
        jwks: { keys: [key.publicJwk] },
      }),
    );
    const run = vi.spyOn(signatureChecks(), "run");
    expect(await ask(token)).toMatchObject({ ok: true });
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
  });
});

describe("keys at an address", () => {
  it("are read once for any number of tokens, and anew once for a key that is not among them", async () => {
    const server = await keySetServer(key);
    const { ask } = await scene({ jwks: null, jwksUrl: server.url });
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signToken(key, iss, { claims: { jti: `${i}` } })),
    );
    expect((await Promise.all(tokens.map(ask))).every((found) => found?.ok)).toBe(true);
    expect(server.readings).toBe(1);
  });

  it("that cannot be read refuse tokens for the moment, without reading again for every forged one", async () => {
    const server = await keySetServer();
    server.answer = (_request, response) => void response.writeHead(500).end();
    const { ask } = await scene({ jwks: null, jwksUrl: server.url });
    const forged = await Promise.all(
      Array.from({ length: 50 }, (_, i) => signToken(key, iss, { header: { kid: `k${i}` } })),
    );
    for (const token of forged) expect(await ask(token)).toEqual({ ok: false, code: "ISSUER_UNAVAILABLE" });
    expect(server.readings).toBe(1);
  });

  it("withdrawn from the set: a token that passed before is refused once the set was read again", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const server = await keySetServer(key);
    const { ask } = await scene({ jwks: null, jwksUrl: server.url });
    const token = await signToken(key, iss);
    expect(await ask(token)).toMatchObject({ ok: true });
    server.publish(await testKey("two"));
    vi.advanceTimersByTime(refreshAfterMs);
    await vi.waitFor(async () => expect(await ask(token)).toEqual({ ok: false, code: "TOKEN_KEY_UNKNOWN" }));
    expect(server.readings).toBe(2);
  });

  it("in an outage tokens count for an hour, those that passed before too, and then none", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const server = await keySetServer(key);
    const { ask } = await scene({ jwks: null, jwksUrl: server.url });
    const far = { claims: { exp: Math.floor(Date.now() / 1_000) + 86_400 } };
    const token = await signToken(key, iss, far);
    expect(await ask(token)).toMatchObject({ ok: true });
    server.answer = (request) => void request.socket.destroy();
    vi.advanceTimersByTime(staleMaxMs - 1_000);
    expect(await ask(token)).toMatchObject({ ok: true });
    expect(await ask(await signToken(key, iss, { claims: { ...far.claims, jti: "new" } }))).toMatchObject({
      ok: true,
    });
    vi.advanceTimersByTime(1_001);
    expect(await ask(token)).toEqual({ ok: false, code: "ISSUER_UNAVAILABLE" });
    server.publish(key);
    vi.advanceTimersByTime(retryAfterMs.most);
    expect(await ask(token)).toMatchObject({ ok: true });
  });

  it("a private or symmetric key in the set is never used", async () => {
    const server = await keySetServer();
    server.answer = (_request, response) =>
      void response.end(
        JSON.stringify({
          keys: [
            { ...key.publicJwk, d: "AAAA" },
            { kty: "oct", k: "AAAA", kid: "one" },
          ],
        }),
      );
    const { ask } = await scene({ jwks: null, jwksUrl: server.url });
    expect(await ask(await signToken(key, iss))).toEqual({ ok: false, code: "TOKEN_KEY_UNKNOWN" });
  });
});
