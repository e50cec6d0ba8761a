import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { z } from "zod";
import { db } from "@/lib/db/client";
import { flushFailures } from "@/lib/events/failures/note";
import { ownPorts } from "@/lib/gateway/own-ports";
import { startGateway } from "@/lib/gateway/server";
import type { CreateIssuer } from "@/lib/issuers/schema";
import { updateIssuer } from "@/lib/issuers/update";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { recordingUpstream } from "@/lib/testing/gateway/gateway";
import { issueKey } from "@/lib/testing/issue-key";
import { keySetServer, signToken, testKey, type TestKey } from "@/lib/testing/issuer";
import { issuerScene, testIss } from "@/lib/testing/issuer-scene";

let key: TestKey;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  key = await testKey();
  gateway = await startGateway({ port: 0, host: "127.0.0.1", ports: ownPorts() });
});
afterAll(() => gateway.close(0));

/** A workspace with an issuer and two services in front of one upstream: `private` denies, `public` allows by default. */
async function scene(changes: Partial<z.input<typeof CreateIssuer>> = {}) {
  const issuers = await issuerScene({ jwks: { keys: [key.publicJwk] }, scopesClaim: "scope", ...changes });
  const { owner, slug, workspaceId } = issuers;
  const upstream = await recordingUpstream();
  for (const visibility of ["private", "public"] as const)
    await createService(
      owner,
      CreateService.parse({
        slug: visibility,
        upstream: upstream.origin,
        visibility,
        defaultVerdict: visibility === "public" ? "allow" : "deny",
      }),
    );
  const call = async (path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/${slug}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: "POST", body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const decision = (answer: { headers: Headers }) =>
    vi.waitFor(
      () =>
        db().decision.findFirstOrThrow({
          where: { workspaceId, id: answer.headers.get("x-latchkey-decision") ?? "" },
        }),
      { timeout: 10_000, interval: 50 },
    );
  return { ...issuers, ...upstream, call, decision };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const codeOf = ({ text }: { text: string }): unknown => JSON.parse(text).code;

describe("a JWT of a registered issuer at the gateway", () => {
  it("is its subject to rules, by claims and scopes; the upstream gets who it is and never the token", async () => {
    const { call, received, owner, decision, issuer } = await scene();
    await createRule(owner, {
      name: "pro-reads",
      effect: "allow",
      when: {
        method: "GET",
        token: { plan: { in: ["pro"] } },
        credential: { scopes: { contains: "read:invoices" } },
      },
      attachments: [{ service: "private" }],
    });
    const token = await signToken(key, testIss, {
      claims: { sub: "ada@example.com", plan: "pro", scope: "read:invoices platform:*" },
    });
    const answer = await call("/private/v1/invoices", {
      ...bearer(token),
      "x-latchkey-subject": "eve",
      "x-latchkey-key-name": "eve",
    });
    expect(answer.status).toBe(200);
    expect(received[0]?.headers).toMatchObject({
      "x-latchkey-subject": "ada@example.com",
      "x-latchkey-issuer": "id",
      "x-latchkey-scopes": "read:invoices",
    });
    expect(received[0]?.headers).not.toHaveProperty("x-latchkey-key-name");
    expect(received[0]?.headers).not.toHaveProperty("authorization");
    expect(JSON.stringify(received)).not.toContain(token.slice(-30));
    const row = await decision(answer);
    expect(row).toMatchObject({
      verdict: "allow",
      rules: ["pro-reads"],
      credentialId: received[0]?.headers["x-latchkey-subject-id"],
      credentialName: "ada@example.com",
      credentialPrefix: "id",
      secretId: issuer.id,
    });
    const free = await signToken(key, testIss, { claims: { plan: "free", scope: "read:invoices" } });
    expect((await call("/private/v1/invoices", bearer(free))).status).toBe(403);
    const scopeless = await signToken(key, testIss, { claims: { plan: "pro" } });
    expect((await call("/private/v1/invoices", bearer(scopeless))).status).toBe(403);
    expect(received).toHaveLength(1);
  });

  it.each([
    ["expired", { exp: 1 }, {}, "TOKEN_EXPIRED"],
    ["for another audience", { aud: "https://other.test" }, {}, "TOKEN_AUDIENCE"],
    ["of an unknown key", {}, { kid: "nobody" }, "TOKEN_KEY_UNKNOWN"],
  ])(
    "that is %s is 401 with its code, recorded, and never passed on, at a public service too",
    async (_what, claims, header, code) => {
      const { call, received, decision, workspaceId } = await scene();
      const token = await signToken(key, testIss, { claims, header });
      for (const service of ["private", "public"]) {
        const answer = await call(`/${service}/x`, bearer(token));
        expect([answer.status, codeOf(answer)]).toEqual([401, code]);
        expect(answer.text).not.toContain(token.slice(-20));
        expect(await decision(answer)).toMatchObject({
          verdict: "deny",
          reason: code,
          status: 401,
          credentialId: null,
        });
      }
      expect(received).toEqual([]);
      await flushFailures("all");
      const trail = await db().auditEntry.findMany({
        where: { workspaceId, action: { startsWith: "auth" } },
        select: { action: true, detail: true, count: true },
      });
      expect(trail).toMatchObject([{ count: 2, detail: { reason: code } }]);
      expect(JSON.stringify(trail)).not.toContain(token.slice(-20));
    },
  );

  it("of an issuer that is switched off is 401, of one whose keys cannot be read 503", async () => {
    const { call, owner, issuer, received } = await scene();
    const token = await signToken(key, testIss);
    expect((await call("/public/x", bearer(token))).status).toBe(200);
    await updateIssuer(owner, issuer.id, { disabled: true });
    const refused = await call("/public/x", bearer(token));
    expect([refused.status, codeOf(refused)]).toEqual([401, "ISSUER_DISABLED"]);
    const server = await keySetServer();
    server.answer = (_request, response) => void response.end("<html>");
    await updateIssuer(owner, issuer.id, { disabled: false, jwksUrl: server.url });
    const unavailable = await call("/public/x", bearer(token));
    expect([unavailable.status, codeOf(unavailable)]).toEqual([503, "ISSUER_UNAVAILABLE"]);
    expect(unavailable.headers.get("retry-after")).toBe("1");
    expect(received).toHaveLength(1);
  });

  it("beside a key is 400: two credentials", async () => {
    const { call, owner, received } = await scene();
    const { secret } = await issueKey(owner);
    const answer = await call("/public/x", { ...bearer(await signToken(key, testIss)), "x-api-key": secret });
    expect(answer.status).toBe(400);
    expect(received).toEqual([]);
  });

  it("leaves the body alone, whatever it holds", async () => {
    const { call, received } = await scene();
    const body = '{"hook_private_key":"not-a-key"}';
    const headers = { ...bearer(await signToken(key, testIss)), "content-type": "application/json" };
    expect((await call("/public/x", headers, body)).status).toBe(200);
    expect(received[0]?.body.toString()).toBe(body);
  });

  it("is no credential where keys stand: in X-API-Key or the query", async () => {
    const { call, received } = await scene();
    const token = await signToken(key, testIss);
    expect((await call("/public/x", { "x-api-key": token })).status).toBe(401);
    expect((await call(`/public/x?hook_private_key=${token}`)).status).toBe(401);
    expect(received).toEqual([]);
  });

  it("is limited by its subject", async () => {
    const { call } = await scene({ rateLimits: [{ name: "minute", limit: 2, windowSeconds: 3_600 }] });
    const tokenOf = (sub: string, jti: string) => signToken(key, testIss, { claims: { sub, jti } });
    const statuses = [];
    for (const jti of ["1", "2", "3"])
      statuses.push((await call("/public/x", bearer(await tokenOf("ada", jti)))).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await call("/public/x", bearer(await tokenOf("eve", "1")))).status).toBe(200);
  });
});

describe("a JWT of nobody here", () => {
  it("belongs to the upstream: it passes at a public service untouched, and is no credential at a private one", async () => {
    const { call, received, decision } = await scene();
    const token = await signToken(key, "https://stranger.test");
    expect((await call("/public/x", bearer(token))).status).toBe(200);
    expect(received[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(received[0]?.headers).not.toHaveProperty("x-latchkey-subject");
    const answer = await call("/private/x", bearer(token));
    expect(answer.status).toBe(401);
    expect(await decision(answer)).toMatchObject({ reason: "NO_CREDENTIAL", credentialId: null });
  });

  it("beside a key passes to the upstream, and the key counts", async () => {
    const { call, received, owner } = await scene();
    const { secret, key: issued } = await issueKey(owner);
    const token = await signToken(key, "https://stranger.test");
    expect((await call("/public/x", { ...bearer(token), "x-api-key": secret })).status).toBe(200);
    expect(received[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      "x-latchkey-key-id": issued.id,
    });
  });

  it("at another workspace's address is the token of an issuer that this one registered", async () => {
    const [mine, theirs] = [await scene(), await scene({ issuer: "https://theirs.test" })];
    const token = await signToken(key, testIss);
    expect((await mine.call("/public/x", bearer(token))).status).toBe(200);
    expect(mine.received[0]?.headers).toHaveProperty("x-latchkey-subject", "ada");
    expect((await theirs.call("/public/x", bearer(token))).status).toBe(200);
    expect(theirs.received[0]?.headers).not.toHaveProperty("x-latchkey-subject");
    expect((await theirs.call("/private/x", bearer(token))).status).toBe(401);
  });
});

it("a warm token costs the gateway no query and no signature check", async () => {
  const { call, ask } = await scene();
  const token = await signToken(key, testIss);
  expect((await call("/public/x", bearer(token))).status).toBe(200);
  const verify = vi.spyOn(crypto.subtle, "verify");
  onTestFinished(() => verify.mockRestore());
  const startedAt = performance.now();
  for (let round = 0; round < 1_000; round += 1) expect(ask(token)).toMatchObject({ ok: true });
  expect(verify).not.toHaveBeenCalled();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
