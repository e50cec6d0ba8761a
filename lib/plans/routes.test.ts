import { describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { Plan } from "@/lib/plans/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp(scopes = ["platform:*"]) {
  const { owner, workspaceId } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes });
  return { call: apiClient(secret), owner, workspaceId };
}

const perMinute = (limit: number) => ({
  name: "minute",
  algorithm: "sliding-window" as const,
  limit,
  windowSeconds: 86_400,
});
const free = { name: "free", description: "To try it", rateLimits: [perMinute(2)] };

describe("plans over HTTP", () => {
  it("are made, read, listed, changed and removed", async () => {
    const { call } = await setUp();
    const made = await call("POST", "/plans", free);
    expect(made.status).toBe(201);
    const plan = Plan.parse(made.body);
    expect(plan).toMatchObject({ ...free, quotas: [], keyCount: 0, customerCount: 0 });
    await call("POST", "/plans", { name: "enterprise" });
    expect((await call("GET", "/plans/free")).body).toEqual(plan);
    const changed = await call("PATCH", "/plans/free", { quotas: [{ limit: 9, per: "day" }] });
    expect(changed).toMatchObject({ status: 200, body: { ...free, quotas: [{ limit: 9, per: "day" }] } });
    const first = await call("GET", "/plans?limit=1");
    expect(first.body).toMatchObject({ items: [{ name: "enterprise" }], total: 2 });
    expect((await call("GET", `/plans?limit=1&cursor=${first.body.nextCursor}`)).body).toMatchObject({
      items: [{ name: "free" }],
      nextCursor: null,
    });
    expect((await call("GET", "/plans?q=try")).body).toMatchObject({ items: [{ name: "free" }], total: 1 });
    for (const wildcard of ["_", "%25"])
      expect((await call("GET", `/plans?q=${wildcard}`)).body, wildcard).toMatchObject({
        items: [],
        total: 0,
      });
    expect((await call("DELETE", "/plans/free")).status).toBe(204);
    expect((await call("GET", "/plans/free")).status).toBe(404);
  });

  it("are found again by whom they are for: customers, and keys that name one themselves", async () => {
    const { call } = await setUp();
    await call("POST", "/plans", free);
    const on = await call("POST", "/customers", { externalId: "on", name: "On", plan: "free" });
    await call("POST", "/customers", { externalId: "off", name: "Off" });
    await call("POST", "/keys", { name: "through its customer", customer: on.body.id });
    await call("POST", "/keys", { name: "by itself", plan: "free" });
    expect((await call("GET", "/customers?plan=free")).body).toMatchObject({
      items: [{ name: "On" }],
      total: 1,
    });
    expect((await call("GET", "/keys?plan=free")).body).toMatchObject({
      items: [{ name: "by itself" }],
      total: 1,
    });
  });

  it("made twice is 409, repeated with its Idempotency-Key the same answer", async () => {
    const { call } = await setUp();
    const repeat = { "idempotency-key": "once" };
    const [one, other] = [
      await call("POST", "/plans", free, repeat),
      await call("POST", "/plans", free, repeat),
    ];
    expect([other.status, other.body]).toEqual([201, one.body]);
    expect((await call("POST", "/plans", free)).status).toBe(409);
  });

  it.each([
    ["name", { name: "Free plan" }],
    ["rateLimits.0.limit", { rateLimits: [perMinute(0)] }],
    ["rateLimits.0.limit", { rateLimits: [perMinute(1_000_000_001)] }],
    ["rateLimits.0.limit", { rateLimits: [perMinute(1.5)] }],
    ["rateLimits.0.windowSeconds", { rateLimits: [{ ...perMinute(1), windowSeconds: 0 }] }],
    ["rateLimits.0.windowSeconds", { rateLimits: [{ ...perMinute(1), windowSeconds: 2_592_001 }] }],
    ["rateLimits.0.burst", { rateLimits: [{ ...perMinute(1), burst: 5 }] }],
    ["rateLimits.0.burst", { rateLimits: [{ ...perMinute(1), algorithm: "token-bucket", burst: 0 }] }],
    ["rateLimits", { rateLimits: [perMinute(1), perMinute(2)] }],
    [
      "rateLimits",
      { rateLimits: Array.from({ length: 11 }, (_, at) => ({ ...perMinute(1), name: `l${at}` })) },
    ],
    ["quotas.0.limit", { quotas: [{ limit: 0, per: "day" }] }],
    ["quotas.0.limit", { quotas: [{ limit: 1e13, per: "day" }] }],
    ["quotas.0.per", { quotas: [{ limit: 1, per: "week" }] }],
    [
      "quotas",
      {
        quotas: [
          { limit: 1, per: "day" },
          { limit: 2, per: "day" },
        ],
      },
    ],
    ["colour", { colour: "red" }],
  ])("bad input is 422 at %s, for plans and for keys", async (path, input) => {
    const { call } = await setUp();
    const refused = { status: 422, body: { errors: [{ path }] } };
    expect(await call("POST", "/plans", { name: "other", ...input })).toMatchObject(refused);
    if (path !== "name") expect(await call("POST", "/keys", { name: "k", ...input })).toMatchObject(refused);
  });

  it("answers 401 without a credential, 403 without the scope, and 404 for another workspace's plan", async () => {
    const { call } = await setUp();
    await call("POST", "/plans", free);
    const [stranger, powerless] = [(await setUp()).call, (await setUp(["read:invoices"])).call];
    const requests: [string, string, unknown?][] = [
      ["GET", "/plans"],
      ["POST", "/plans", { name: "other" }],
      ["GET", "/plans/free"],
      ["PATCH", "/plans/free", { description: "x" }],
      ["DELETE", "/plans/free"],
    ];
    for (const [method, path, input] of requests) {
      expect((await apiClient(null)(method, path, input)).status).toBe(401);
      expect((await powerless(method, path, input)).status).toBe(403);
      if (path !== "/plans") expect((await stranger(method, path, input)).status).toBe(404);
    }
    expect((await call("GET", "/plans/free")).status).toBe(200);
  });

  it("in use are 409 to remove, until neither a customer nor a living key names them", async () => {
    const { call, workspaceId } = await setUp();
    await call("POST", "/plans", free);
    const { key } = (await call("POST", "/keys", { name: "k", plan: "free" })).body;
    const id = newId("cus");
    await db().customer.create({ data: { workspaceId, id, externalId: id, name: "C", plan: "free" } });
    expect(await call("DELETE", "/plans/free")).toMatchObject({
      status: 409,
      body: { keys: 1, customers: 1, detail: expect.stringContaining("1 key and 1 customer") },
    });
    await db().customer.delete({ where: { workspaceId_id: { workspaceId, id } } });
    expect((await call("DELETE", "/plans/free")).status).toBe(409);
    await call("POST", `/keys/${key.id}/revoke`, { reason: "test" });
    expect((await call("DELETE", "/plans/free")).status).toBe(204);
  });

  it("named by a key that they do not exist for are 422, also when removed meanwhile", async () => {
    const { call } = await setUp();
    expect(await call("POST", "/keys", { name: "k", plan: "free" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "plan" }] },
    });
    for (let round = 0; round < 5; round += 1) {
      await call("POST", "/plans", free);
      const [made, removed] = await Promise.all([
        call("POST", "/keys", { name: `k${round}`, plan: "free" }),
        call("DELETE", "/plans/free"),
      ]);
      expect([
        [201, 409],
        [422, 204],
      ]).toContainEqual([made.status, removed.status]);
      if (made.status === 201) await call("POST", `/keys/${made.body.key.id}/revoke`, { reason: "test" });
      if (made.status === 201) await call("DELETE", "/plans/free");
    }
  });
});

describe("keys of a plan", () => {
  it("live by it, by its change at once, and by their own limit of the same name instead", async () => {
    const { call } = await setUp();
    await call("POST", "/plans", free);
    const { key, secret } = (await call("POST", "/keys", { name: "k", plan: "free" })).body;
    const verify = async () => (await call("POST", "/keys/verify", { key: secret })).body.code;
    expect([await verify(), await verify(), await verify()]).toEqual(["VALID", "VALID", "RATE_LIMITED"]);
    await call("PATCH", "/plans/free", { rateLimits: [perMinute(4)] });
    expect([await verify(), await verify(), await verify()]).toEqual(["VALID", "VALID", "RATE_LIMITED"]);
    await call("PATCH", `/keys/${key.id}`, { rateLimits: [perMinute(5)] });
    expect([await verify(), await verify()]).toEqual(["VALID", "RATE_LIMITED"]);
    await call("PATCH", "/plans/free", {
      rateLimits: [perMinute(1)],
      quotas: [{ limit: 1_000, per: "day" }],
    });
    expect(await call("GET", `/keys/${key.id}`)).toMatchObject({
      body: {
        plan: "free",
        limits: {
          plan: { name: "free", from: "key" },
          rateLimits: [{ ...perMinute(5), source: "key", remaining: 0 }],
          quotas: [{ limit: 1_000, per: "day", source: "plan" }],
        },
      },
    });
  });

  it("have their customer's plan unless they name one, and share their customer's limits", async () => {
    const { call, workspaceId } = await setUp();
    await call("POST", "/plans", free);
    await call("POST", "/plans", { name: "enterprise" });
    const id = newId("cus");
    const rateLimits = [perMinute(4)];
    await db().customer.create({
      data: { workspaceId, id, externalId: id, name: "C", plan: "free", rateLimits },
    });
    const make = async (input: object) => (await call("POST", "/keys", { customer: id, ...input })).body;
    const [usual, unlimited] = [await make({ name: "a" }), await make({ name: "b", plan: "enterprise" })];
    const verify = async (secret: string) => (await call("POST", "/keys/verify", { key: secret })).body;
    for (let at = 0; at < 2; at += 1) expect(await verify(usual.secret)).toMatchObject({ code: "VALID" });
    expect(await verify(usual.secret)).toMatchObject({ code: "RATE_LIMITED", limits: [{ name: "minute" }] });
    for (let at = 0; at < 2; at += 1) expect(await verify(unlimited.secret)).toMatchObject({ code: "VALID" });
    expect(await verify(unlimited.secret)).toMatchObject({
      code: "RATE_LIMITED",
      limits: [{ name: "customer:minute", remaining: 0 }],
      retryAfterSeconds: expect.any(Number),
    });
    expect((await call("GET", `/keys/${usual.key.id}`)).body.limits).toMatchObject({
      plan: { name: "free", from: "customer" },
      rateLimits: [
        { limit: 2, source: "plan", remaining: 0 },
        { limit: 4, source: "customer", remaining: 0 },
      ],
    });
  });

  it("are told of in the answer of verify; its headers are about the caller's own limits", async () => {
    const { call, owner } = await setUp();
    await call("POST", "/plans", free);
    const { secret } = (await call("POST", "/keys", { name: "k", plan: "free" })).body;
    const passed = await call("POST", "/keys/verify", { key: secret, cost: 2 });
    expect(passed.body).toMatchObject({
      limits: [{ name: "minute", limit: 2, remaining: 0, windowSeconds: 86_400 }],
      retryAfterSeconds: null,
    });
    expect(passed.headers.get("ratelimit")).toBeNull();
    const refused = await call("POST", "/keys/verify", { key: secret });
    expect(refused.body.retryAfterSeconds).toBeGreaterThan(0);
    const limited = await issueKey(owner, {
      scopes: ["verify:keys"],
      rateLimits: [{ limit: 1, windowSeconds: 86_400 }],
    });
    const caller = apiClient(limited.secret);
    expect((await caller("POST", "/keys/verify", { key: secret })).headers.get("ratelimit")).toMatch(
      /^"default";r=0;t=\d+$/,
    );
    const over = await caller("POST", "/keys/verify", { key: secret });
    expect(over).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(over.headers.get("ratelimit-policy")).toBe('"default";q=1;w=86400');
  });
});
