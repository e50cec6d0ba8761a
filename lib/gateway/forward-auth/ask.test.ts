import { describe, expect, it } from "vitest";
import { Problem } from "@/lib/api/problem";
import { copiedHeaders } from "@/lib/gateway/forward-auth/answer";
import {
  ada,
  type Asked,
  forwardAuthPath,
  forwardAuthScene,
  problemOf,
  toldByNginx,
  withKey,
} from "@/lib/testing/gateway/forward-auth";
import { keyValue } from "@/lib/testing/gateway/gateway";

describe("a believed proxy", () => {
  it("is told that a call may pass, whose it is and what to forward, with one record", async () => {
    const { ask, records, recorded } = await forwardAuthScene();
    const answer = await ask({ told: toldByNginx({ uri: `/v1/7?a=%20b&hook_private_key=${ada}` }) });
    expect(answer).toMatchObject({
      status: 204,
      body: "",
      headers: {
        "x-latchkey-workspace": "acme",
        "x-latchkey-key-id": "key_ada",
        "x-latchkey-key-name": "ada",
        "x-latchkey-environment": "live",
        "x-latchkey-scopes": "read:invoices",
        "x-latchkey-uri": "/v1/7?a=%20b",
        "cache-control": "no-store",
      },
    });
    expect(await recorded()).toMatchObject({
      id: answer.headers["x-latchkey-decision"],
      source: "forward-auth",
      credential: { id: "key_ada" },
      service: { slug: "invoices" },
      method: "GET",
      path: "/v1/7",
      route: "/v1/{id?}",
      address: "203.0.113.7",
      verdict: "allow",
      rules: ["ada-reads"],
      status: 204,
    });
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain(ada);
  });

  it("gets the same verdict whatever the verb of its own question", async () => {
    const { ask } = await forwardAuthScene();
    for (const verb of ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"]) {
      expect(await ask({ verb })).toMatchObject({ status: 204 });
      expect(await ask({ verb, told: toldByNginx({ method: "DELETE" }) })).toMatchObject({ status: 403 });
    }
  });

  it("is told each refusal as the gateway would word it, never a redirect, each recorded as the caller should see it", async () => {
    const { ask, records } = await forwardAuthScene();
    const cases: [Asked, number, object][] = [
      [{ headers: [] }, 401, { reason: "NO_CREDENTIAL" }],
      [{ headers: ["X-API-Key: nonsense"] }, 401, { reason: "MALFORMED" }],
      [{ told: toldByNginx({ uri: "/v1/secret" }) }, 403, { reason: "SECRET", rules: ["no-secrets"] }],
      [{ told: toldByNginx({ uri: "/v2" }) }, 403, { reason: "DEFAULT_DENY" }],
      [{ told: toldByNginx({ method: "TRACE" }) }, 400, { reason: "NOT_CANONICAL", method: "TRACE" }],
      [{ told: toldByNginx({ uri: "/v1/%2e%2e/secret" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ uri: "//v1/7" }) }, 400, { reason: "NOT_CANONICAL", path: "//v1/7" }],
      [{ told: toldByNginx({ uri: "http://other.test/v1/7" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ uri: "*" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ host: "a b" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [...withKey, "X-HTTP-Method-Override: DELETE"] }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [`X-API-Key: ${ada}`, `X-API-Key: ${ada}`] }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [...withKey, `X-API-Key: ${keyValue("bob")}`] }, 400, { reason: "TWO_CREDENTIALS" }],
    ];
    for (const [index, [asked, status, record]] of cases.entries()) {
      const answer = await ask(asked);
      expect([asked, answer.status]).toEqual([asked, status]);
      expect(answer.headers).toMatchObject({
        "content-type": "application/problem+json",
        "x-latchkey-status": String(status),
      });
      expect(answer.headers).not.toHaveProperty("location");
      expect(records[index]).toMatchObject({ source: "forward-auth", verdict: "deny", status, ...record });
    }
    expect(records).toHaveLength(cases.length);
  });

  it("that understands 401 and 403 only gets no other refusal, and the one that is meant beside it", async () => {
    const { ask, records } = await forwardAuthScene();
    const only = `${forwardAuthPath}&status=403`;
    const cases: [Asked, number, string][] = [
      [{ headers: [] }, 401, "401"],
      [{ told: toldByNginx({ uri: "/v2" }) }, 403, "403"],
      [{ told: toldByNginx({ uri: "//v1" }) }, 403, "400"],
      [
        { path: `${only.replace("invoices", "nothing")}`, headers: [`X-Latchkey-Proxy-Key: ${ada}`] },
        403,
        "403",
      ],
    ];
    for (const [asked, status, meant] of cases)
      expect(await ask({ path: only, ...asked })).toMatchObject({
        status,
        headers: { "x-latchkey-status": meant },
      });
    expect(records.map(({ status }) => status)).toEqual([401, 403, 400]);
  });

  it("is told the limits, and on a refusal when to come again", async () => {
    const states = [
      { name: "default", limit: 5, remaining: 4, windowSeconds: 60, resetAtMs: Date.now() + 30_000 },
    ];
    const within = await forwardAuthScene({ ports: { consumeLimits: () => ({ ok: true, states }) } });
    expect((await within.ask()).headers).toMatchObject({ "ratelimit-policy": '"default";q=5;w=60' });
    const refusal = { ok: false, code: "RATE_LIMITED", retryAfterSeconds: 7, states } as const;
    const beyond = await forwardAuthScene({ ports: { consumeLimits: () => refusal } });
    const answer = await beyond.ask();
    expect(answer).toMatchObject({
      status: 429,
      headers: { "retry-after": "7", "x-latchkey-status": "429" },
    });
    expect(answer.headers).toHaveProperty("ratelimit");
    expect(beyond.records).toMatchObject([{ verdict: "limited", reason: "RATE_LIMITED", status: 429 }]);
  });

  it("is refused what a call's scopes do not cover, before any rule", async () => {
    const { ask, records } = await forwardAuthScene();
    const answer = await ask({ path: forwardAuthPath.replace("invoices", "scoped") });
    expect(answer.status).toBe(403);
    expect(records).toMatchObject([{ reason: "SCOPE_REQUIRED" }]);
  });

  it("never gets a verdict while there is no ruleset or no record could be kept", async () => {
    const none = await forwardAuthScene({
      ports: {
        rulesetBySlug: () => Promise.reject(new Problem("unavailable", "No ruleset is loaded.")),
      },
    });
    expect((await none.ask()).status).toBe(503);
    expect(await none.ask({ path: `${forwardAuthPath}&status=403` })).toMatchObject({
      status: 403,
      headers: { "x-latchkey-status": "503" },
    });
    const full = await forwardAuthScene({ ports: { recordingRefusal: () => "The disk is full." } });
    expect(await full.ask()).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  });

  it("is given back the Authorization that is the upstream's, and never ours", async () => {
    const { ask } = await forwardAuthScene();
    const basic = "Authorization: Basic dXNlcjp3b3Jk";
    const theirs = await ask({ headers: [basic, `X-API-Key: ${ada}`] });
    expect(theirs).toMatchObject({ status: 204, headers: { authorization: "Basic dXNlcjp3b3Jk" } });
    const ours = await ask();
    expect(ours.status).toBe(204);
    expect(ours.headers).not.toHaveProperty("authorization");
  });

  it("that hands on what its caller says of the connection leaves no header unjudged", async () => {
    const { ask } = await forwardAuthScene();
    const tier = [...withKey, "X-Tier: trial"];
    expect((await ask({ headers: tier })).status).toBe(403);
    expect((await ask({ headers: [...tier, "Connection: x-tier"] })).status).toBe(403);
  });

  it("that copies headers whether they are there or not is told every one of them", async () => {
    const { ask } = await forwardAuthScene({ settings: { dialect: "caddy" } });
    const told = [
      "X-Forwarded-Method: GET",
      "X-Forwarded-Uri: /v1/7",
      "X-Forwarded-Host: a",
      "X-Forwarded-For: ::1",
    ];
    const { headers } = await ask({ told });
    for (const name of copiedHeaders) expect(headers).toHaveProperty(name);
    expect(headers).toMatchObject({
      "x-latchkey-key-id": "key_ada",
      "x-latchkey-customer": "",
      authorization: "",
    });
  });
});

describe("the caller's address", () => {
  it.each([
    ["203.0.113.7", 204],
    ["198.51.100.1, 203.0.113.7", 204],
    ["203.0.113.7, 198.51.100.1", 403],
    ["203.0.113.7, 127.0.0.9", 204],
    ["198.51.100.1, 127.0.0.9,127.0.0.8", 403],
    ["203.0.113.7, unknown", 403],
    ["203.0.113.7, 198.51.100.1:80", 403],
    ["::ffff:203.0.113.7", 204],
    [",", 403],
  ])("%s is the last that is no proxy: %i", async (from, status) => {
    const { ask } = await forwardAuthScene();
    expect((await ask({ told: toldByNginx({ uri: "/v1/office", from }) })).status).toBe(status);
  });
});

describe("the body of a call", () => {
  const write = toldByNginx({ method: "POST", uri: "/v1" });
  const forwardedWrite = [
    "X-Forwarded-Method: POST",
    "X-Forwarded-Uri: /v1",
    "X-Forwarded-Host: api.test",
    "X-Forwarded-For: 203.0.113.7",
  ];
  const json = (amount: number, padding = "") => {
    const body = JSON.stringify({ amount, padding });
    return {
      headers: [...withKey, "Content-Type: application/json", `Content-Length: ${body.length}`],
      body,
    };
  };

  it("that the proxy kept back is never taken for none: what reads it denies", async () => {
    const { ask } = await forwardAuthScene();
    expect((await ask({ told: write })).status).toBe(403);
    const traefik = await forwardAuthScene({ settings: { dialect: "traefik" } });
    expect((await traefik.ask({ told: forwardedWrite })).status).toBe(403);
  });

  it("that the proxy sends along is judged, up to 1 MiB", async () => {
    const { ask } = await forwardAuthScene({ settings: { dialect: "traefik" } });
    const told = forwardedWrite;
    expect((await ask({ verb: "POST", told, ...json(7) })).status).toBe(204);
    expect((await ask({ verb: "POST", told, ...json(700) })).status).toBe(403);
    expect((await ask({ verb: "POST", told, ...json(7, "x".repeat(1_100_000)) })).status).toBe(403);
  });

  it("that nginx announces and never sends is refused at once and ends the connection", async () => {
    const { ask } = await forwardAuthScene();
    const answer = await ask({ headers: [...withKey, "Content-Length: 50"] });
    expect(answer).toMatchObject({ status: 400, headers: { connection: "close" } });
    expect(problemOf(answer).code).toBe("PROXY_HEADERS");
  });
});
