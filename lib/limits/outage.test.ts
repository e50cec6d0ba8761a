import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { startRedis, type Part } from "@/lib/testing/servers/parts";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/servers/severable-database";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { startUpstashBridge, type UpstashBridge } from "@/lib/testing/servers/upstash-bridge";
import { createTestWorkspace } from "@/lib/testing/workspace";

let redis: Part;
let line: SeverableDatabase;
let bridge: UpstashBridge;

beforeAll(async () => {
  redis = await startRedis();
  line = await severableDatabase(redis.url);
  bridge = await startUpstashBridge(redis.url);
});

afterAll(async () => {
  await bridge.close();
  await line.close();
  await redis.stop();
});

/** A process and two keys of a workspace: one that may do everything, one with five calls a day. */
async function setUp(environment: Record<string, string>) {
  const server = await startServer({
    mount: "server",
    databaseUrl: inject("databaseUrl"),
    environment: { LISTEN: "api,gateway", LOG_LEVEL: "silent", ...environment },
  });
  const { system, slug } = await createTestWorkspace();
  const upstream = "http://echo.latchkey.internal";
  await createService(system, CreateService.parse({ slug: "echo", upstream, defaultVerdict: "allow" }));
  const admin = (await issueKey(system, { scopes: ["platform:*"] })).secret;
  const limited = (await issueKey(system, { rateLimits: [{ name: "day", limit: 5, windowSeconds: 86_400 }] }))
    .secret;
  const api = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${admin}`, "content-type": "application/json" };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${server.portal}/api/v1${path}`, { method, headers, ...init })).json();
  };
  return {
    server,
    api,
    limiter: async () => (await (await fetch(`${server.portal}/readyz`)).json()).limiter,
    verify: () => api("POST", "/keys/verify", { key: limited }),
    call: () =>
      fetch(`${server.gateway}/${slug}/echo/x`, { headers: { authorization: `Bearer ${limited}` } }),
    /** The reason in a decision's record, once it is loaded. */
    async reason(decision: string | null): Promise<unknown> {
      const read = async () => (await api("GET", `/decisions/${decision ?? ""}`)).reason;
      await expect.poll(read, { timeout: 10_000 }).toBeTypeOf("string");
      return read();
    },
  };
}

async function stop(server: TestServer): Promise<void> {
  await server.stop();
  removeData(server);
}

const decisionOf = (answer: Response) => answer.headers.get("x-latchkey-decision");

describe("a node whose Redis goes away and comes back", () => {
  test("judges as it is set to, says so in its health and records, and needs no restart", async () => {
    const { server, limiter, verify, call, reason } = await setUp({
      REDIS_URL: line.url,
      LIMITER_OUTAGE: "local",
    });
    const first = await call();
    expect([first.status, first.headers.get("ratelimit-policy")]).toEqual([200, '"day";q=5;w=86400']);
    expect(first.headers.get("ratelimit")).toMatch(/^"day";r=4;t=\d+$/);
    expect(await reason(decisionOf(first))).toBe("DEFAULT_ALLOW");
    expect(await limiter()).toEqual({ counts: "redis", up: true, outage: "local", since: null });

    line.sever();
    const during = await call();
    expect(during.status).toBe(200);
    expect(await limiter()).toMatchObject({ up: false, outage: "local", since: expect.any(String) });
    expect(await reason(decisionOf(during))).toBe("LIMITER_LOCAL");
    const verified = await verify();
    expect(verified).toMatchObject({ valid: true, rateLimit: { remaining: 2 } });
    expect(await reason(verified.decision)).toBe("LIMITER_LOCAL");

    line.restore();
    await expect.poll(async () => (await limiter()).up, { timeout: 10_000 }).toBe(true);
    const after = await call();
    expect(after.headers.get("ratelimit")).toMatch(/^"day";r=3;/);
    expect(await reason(decisionOf(after))).toBe("DEFAULT_ALLOW");
    await stop(server);
  }, 60_000);

  test("closed refuses with 429 and a reason of its own", async () => {
    const { server, verify, call, reason } = await setUp({ REDIS_URL: line.url, LIMITER_OUTAGE: "closed" });
    expect((await call()).status).toBe(200);
    line.sever();
    const during = await call();
    expect([during.status, during.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await reason(decisionOf(during))).toBe("LIMITER_CLOSED");
    expect(await verify()).toMatchObject({ valid: false, code: "RATE_LIMITED", retryAfterSeconds: 1 });
    line.restore();
    await expect.poll(async () => (await call()).status, { timeout: 10_000 }).toBe(200);
    await stop(server);
  }, 60_000);
});

test("a node on Upstash's REST protocol counts there", async () => {
  const { server, limiter, verify, call } = await setUp({
    REDIS_URL: "",
    UPSTASH_REDIS_REST_URL: bridge.url,
    UPSTASH_REDIS_REST_TOKEN: bridge.token,
  });
  const before = bridge.requests();
  for (const expected of [200, 200, 200]) expect((await call()).status).toBe(expected);
  expect(await verify()).toMatchObject({ valid: true, rateLimit: { limit: 5, remaining: 1 } });
  expect(await limiter()).toMatchObject({ counts: "upstash", up: true });
  expect((await call()).status).toBe(200);
  const refused = await call();
  expect([refused.status, refused.headers.get("ratelimit")?.startsWith('"day";r=0')]).toEqual([429, true]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(bridge.requests() - before).toBeGreaterThanOrEqual(6);
  await stop(server);
}, 60_000);
