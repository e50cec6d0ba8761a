import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { addCustomer } from "@/lib/testing/customer";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { endpointsMax, NewWebhookEndpoint, WebhookEndpoint, WebhookSecret } from "@/lib/webhooks/schema";

const scopes = ["create:webhooks", "read:webhooks", "update:webhooks", "destroy:webhooks"];
const url = "https://hooks.example.com/in?token=receivers-own";
const path = "/webhooks/endpoints";

async function setUp() {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  return { ...workspace, call: apiClient(secret) };
}

test("an endpoint is made, read, listed, changed and removed; each change is in the trail, its secret and its query are not", async () => {
  const { call, workspaceId } = await setUp();
  const made = await call("POST", path, { url, eventTypes: ["invoice.*", "invoice.*"], metadata: { a: 1 } });
  expect(made.status).toBe(201);
  const { endpoint, secret } = NewWebhookEndpoint.parse(made.body);
  expect(endpoint).toMatchObject({ url, eventTypes: ["invoice.*"], customer: null, disabled: false });
  expect(Buffer.from(secret.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
  const one = `${path}/${endpoint.id}`;
  expect(WebhookEndpoint.parse((await call("GET", one)).body)).toEqual(endpoint);
  expect((await call("GET", path)).body).toMatchObject({ items: [{ id: endpoint.id }], total: 1 });
  const stopped = await call("PATCH", one, { disabled: true, eventTypes: [] });
  expect(stopped.body).toMatchObject({ disabled: true, disabledReason: "by-hand", eventTypes: [] });
  const started = await call("PATCH", one, { disabled: false, description: "Mine" });
  expect(started.body).toMatchObject({ disabled: false, disabledReason: null, description: "Mine" });
  expect(WebhookSecret.parse((await call("GET", `${one}/secret`)).body)).toEqual({ secret, previous: [] });
  const rotated = WebhookSecret.parse((await call("POST", `${one}/secret/rotate`, {})).body);
  expect(rotated.secret).not.toBe(secret);
  expect(Date.parse(rotated.previous[0]?.expiresAt ?? "") - Date.now()).toBeGreaterThan(86_000_000);
  expect((await call("DELETE", one)).status).toBe(204);
  expect((await call("GET", one)).status).toBe(404);
  const trail = await db().auditEntry.findMany({ where: { workspaceId, subject: endpoint.id } });
  expect(trail.map(({ action }) => action).sort()).toEqual([
    "webhooks.create",
    "webhooks.delete",
    "webhooks.read-secret",
    "webhooks.rotate-secret",
    "webhooks.update",
    "webhooks.update",
  ]);
  const told = JSON.stringify([trail.map(({ detail }) => detail), stopped.body, started.body]);
  for (const planted of [secret, rotated.secret]) expect(told).not.toContain(planted.slice(6));
  expect(JSON.stringify(trail.map(({ detail }) => detail))).not.toContain("receivers-own");
});

test("a repeat with the same Idempotency-Key makes one endpoint and one rotation, and gets the same secret", async () => {
  const { call } = await setUp();
  const once = { "idempotency-key": "one" };
  const [first, second] = await Promise.all([
    call("POST", path, { url }, once),
    call("POST", path, { url }, once),
  ]);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  const rotate = `${path}/${first.body.endpoint.id}/secret/rotate`;
  const again = { "idempotency-key": "two" };
  expect((await call("POST", rotate, {}, again)).body).toEqual((await call("POST", rotate, {}, again)).body);
  expect((await call("GET", path)).body.total).toBe(1);
});

test("what cannot be an endpoint is refused in words, and nothing is stored", async () => {
  const { call, workspaceId } = await setUp();
  for (const [given, at] of [
    [{}, "url"],
    [{ url: "ftp://x.example/" }, "url"],
    [{ url: "https://user:pass@x.example/" }, "url"],
    [{ url: "https://x.example/#part" }, "url"],
    [{ url: "https://x.example/\u0000" }, "url"],
    [{ url: "http://169.254.169.254/latest" }, "url"],
    [{ url: "http://10.0.0.1/" }, "url"],
    [{ url: "http://[::ffff:10.0.0.1]/" }, "url"],
    [{ url, eventTypes: ["in*voice"] }, "eventTypes.0"],
    [{ url, eventTypes: [".paid"] }, "eventTypes.0"],
    [{ url, eventTypes: ["*.paid"] }, "eventTypes.0"],
    [{ url, eventTypes: "invoice.paid" }, "eventTypes"],
    [{ url, description: "a\u0000b" }, "description"],
    [{ url, metadata: { a: "x".repeat(20_000) } }, "metadata"],
    [{ url, secret: "whsec_mine" }, "secret"],
    [{ url, colour: 1 }, "colour"],
  ] as const) {
    const { status, body } = await call("POST", path, given);
    expect([given, status, body.errors[0].path]).toEqual([given, 422, at]);
  }
  expect((await call("POST", path, { url: `https://x.example/${"a".repeat(1_100_000)}` })).status).toBe(413);
  expect((await call("POST", path, { url, customer: "nobody" })).status).toBe(404);
  expect(await db().webhookEndpoint.count({ where: { workspaceId } })).toBe(0);
});

test("changes that cannot be are refused, and the endpoint stays as it was", async () => {
  const { call } = await setUp();
  const { endpoint } = (await call("POST", path, { url })).body;
  const one = `${path}/${endpoint.id}`;
  for (const [change, at] of [
    [{}, ""],
    [{ url: "http://10.0.0.1/" }, "url"],
    [{ customer: "x" }, "customer"],
    [{ disabled: "yes" }, "disabled"],
  ] as const) {
    const { status, body } = await call("PATCH", one, change);
    expect([change, status, body.errors[0].path]).toEqual([change, 422, at]);
  }
  for (const overlapSeconds of [-1, 604_801, "1"])
    expect((await call("POST", `${one}/secret/rotate`, { overlapSeconds })).status).toBe(422);
  expect((await call("GET", one)).body).toEqual(endpoint);
});

test("another workspace's endpoint does not exist, another customer's neither, and each verb needs its scope", async () => {
  const { call, owner, system, workspaceId } = await setUp();
  const ceiling = ["read:webhooks", "update:webhooks", "destroy:webhooks", "create:webhooks"];
  const [mine, other] = [
    await addCustomer(system, { name: "Mine", scopeCeiling: ceiling }),
    await addCustomer(system, { name: "Other" }),
  ];
  const customers = apiClient((await issueKey(owner, { customer: mine.id, scopes })).secret);
  const own = (await customers("POST", path, { url })).body.endpoint;
  expect(own.customer).toBe(mine.id);
  const theirs = (await call("POST", path, { url, customer: other.externalId })).body.endpoint;
  const ours = (await call("POST", path, { url })).body.endpoint;
  expect((await customers("GET", path)).body).toMatchObject({ items: [{ id: own.id }], total: 1 });
  expect((await call("GET", path)).body.total).toBe(3);
  expect((await call("GET", `${path}?customer=${other.externalId}`)).body.items).toMatchObject([theirs]);
  const stranger = (await setUp()).call;
  const none = apiClient((await issueKey(owner)).secret);
  for (const [verb, under, given] of [
    ["GET", "", undefined],
    ["PATCH", "", { disabled: true }],
    ["GET", "/secret", undefined],
    ["POST", "/secret/rotate", {}],
    ["DELETE", "", undefined],
  ] as const) {
    for (const { id } of [theirs, ours])
      expect((await customers(verb, `${path}/${id}${under}`, given)).status).toBe(404);
    expect((await stranger(verb, `${path}/${ours.id}${under}`, given)).status).toBe(404);
    expect((await none(verb, `${path}/${ours.id}${under}`, given)).status).toBe(403);
    expect((await apiClient(null)(verb, `${path}/${ours.id}${under}`, given)).status).toBe(401);
  }
  expect((await customers("POST", path, { url, customer: other.id })).status).toBe(404);
  expect((await customers("DELETE", `${path}/${own.id}`)).status).toBe(204);
  expect(await db().webhookEndpoint.count({ where: { workspaceId, disabledAt: null } })).toBe(2);
});

test("a reader sees no secret", async () => {
  const { call, owner } = await setUp();
  const { endpoint } = (await call("POST", path, { url })).body;
  const reader = apiClient((await issueKey(owner, { scopes: ["read:webhooks"] })).secret);
  expect((await reader("GET", `${path}/${endpoint.id}`)).status).toBe(200);
  const { status, body } = await reader("GET", `${path}/${endpoint.id}/secret`);
  expect([status, body.requiredScope]).toEqual([403, "update:webhooks"]);
});

test("a holder has so many endpoints and no more, however many are made at once; they are listed page by page", async () => {
  const { call, workspaceId, system } = await setUp();
  const many = Array.from({ length: endpointsMax + 5 }, (_, index) =>
    call("POST", path, { url: `http://127.0.0.1:9/${index}` }),
  );
  const statuses = (await Promise.all(many)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(endpointsMax);
  expect(statuses.filter((status) => status === 409)).toHaveLength(5);
  const customer = await addCustomer(system, { name: "Another holder" });
  expect((await call("POST", path, { url, customer: customer.id })).status).toBe(201);
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await call("GET", `${path}?limit=7${query}`);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(await db().webhookEndpoint.count({ where: { workspaceId } }));
});
