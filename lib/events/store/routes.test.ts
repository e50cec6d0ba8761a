import { expect, inject, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { emitEvent } from "@/lib/events/emit";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { EventPage, EventTypeList, type CloudEvent } from "@/lib/events/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Records reach the database a moment after their answers. */
const patience = { timeout: 10_000, interval: 100 };

const unflagged = { kind: "calls" as const, since: "2026-01-01T00:00:00Z", until: "2026-01-01T00:05:00Z" };

async function setUp(scopes: string[]) {
  const workspace = await createTestWorkspace();
  const { workspaceId } = workspace;
  for (let index = 0; index < 5; index += 1)
    await db().$transaction((tx) =>
      index === 4
        ? emitEvent(tx, {
            workspaceId,
            type: "key.expiring",
            subject: "key_4",
            data: {
              name: "k",
              environment: "live",
              expiresAt: "2026-02-01T00:00:00Z",
              threshold: "7d",
              lastUsedAt: null,
            },
          })
        : emitEvent(tx, {
            workspaceId,
            type: "key.unflagged",
            subject: `key_${index}`,
            customerId: index === 0 ? "cus_a" : null,
            data: unflagged,
          }),
    );
  const { key, secret } = await issueKey(workspace.owner, { scopes });
  return { ...workspace, key, call: apiClient(secret) };
}

test("events are listed newest first, page by page, each once, and narrowed by type, subject, customer, credential and time", async () => {
  const { call } = await setUp(["read:events", "read:keys"]);
  const first = EventPage.parse((await call("GET", "/events?type=key.*&limit=3")).body);
  const rest = `/events?type=key.*&limit=3&cursor=${first.nextCursor}`;
  const second = EventPage.parse((await call("GET", rest)).body);
  expect([...first.items, ...second.items].map((event) => event.subject)).toEqual(
    [4, 3, 2, 1, 0].map((index) => `key_${index}`),
  );
  expect(second.nextCursor).toBe(null);
  const count = async (query: string) => (await call("GET", `/events?${query}`)).body.items.length;
  expect(await count("type=key.unflagged")).toBe(4);
  expect(await count("type=key.*")).toBe(5);
  expect(await count("subject=key_2")).toBe(1);
  expect(await count("credential=key_2")).toBe(1);
  expect(await count("customer=cus_a")).toBe(1);
  expect(await count("to=2020-01-01T00:00:00Z")).toBe(0);
  expect(await count("type=key.*&from=2020-01-01T00:00:00Z")).toBe(5);
});

test("an event is a CloudEvent that says where its schema is", async () => {
  const { call, workspaceId } = await setUp(["read:events", "read:keys"]);
  const { items } = EventPage.parse((await call("GET", "/events?customer=cus_a")).body);
  expect(items).toEqual([
    {
      specversion: "1.0",
      id: expect.stringMatching(/^evt_/),
      source: `/workspaces/${workspaceId}`,
      type: "key.unflagged",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      subject: "key_0",
      datacontenttype: "application/json",
      dataschema: expect.stringMatching(/\/api\/v1\/events\/types#key\.unflagged\.v1$/),
      customer: "cus_a",
      credential: "key_0",
      data: unflagged,
    },
  ]);
});

test("calls, role checks, audited changes and what is emitted stand in one list, by time", async () => {
  const { call, workspaceId, key } = await setUp([
    "read:events",
    "read:keys",
    "read:decisions",
    "read:audit",
  ]);
  const credential = { id: key.id, secretId: "s", name: key.name, prefix: "lk_live", customerId: null };
  const check = {
    key: { id: key.id, name: key.name },
    scope: "verify:keys",
    endpoint: "POST /api/v1/keys/verify",
    granted: true,
  };
  const record = decisionRecord(workspaceId, { credential, verdict: "deny", roleCheck: check });
  await insertBatch([record]);
  const { items } = EventPage.parse((await call("GET", "/events?limit=100")).body);
  const by = (type: string) => items.filter((event) => event.type === type);
  expect(by("decision.denied").map(({ id }) => id)).toEqual([record.id]);
  expect(by("role-check.granted").map(({ id, data }) => ({ id, data }))).toContainEqual({
    id: `${record.id}-role`,
    data: { ...check, count: 1 },
  });
  expect(by("keys.create")[0]).toMatchObject({ subject: key.id, data: { actor: { kind: "session" } } });
  expect(by("key.unflagged")).toHaveLength(4);
  const times = items.map(({ time }) => time);
  expect(times).toEqual([...times].sort().reverse());
  const paged: CloudEvent[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const path = `/events?limit=2&to=${items[0]?.time}${query}`;
    const page = EventPage.parse((await call("GET", path)).body);
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(items.filter(({ time }) => time < (times[0] ?? "")));
});

test("a check of a scope is an event, granted or refused: which key, which scope, which endpoint", async () => {
  const { call, key } = await setUp(["read:events"]);
  expect((await call("GET", `/keys/${key.id}`)).status).toBe(403);
  const { items } = await vi.waitFor(async () => {
    const page = EventPage.parse((await call("GET", "/events?type=role-check.*&limit=100")).body);
    expect(page.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["role-check.refused", "role-check.granted"]),
    );
    return page;
  }, patience);
  const named = { id: key.id, name: key.name };
  expect(items.map(({ data }) => data)).toEqual(
    expect.arrayContaining([
      { key: named, scope: "read:keys", endpoint: "GET /api/v1/keys/{id}", granted: false, count: 1 },
      { key: named, scope: "read:events", endpoint: "GET /api/v1/events", granted: true, count: 1 },
    ]),
  );
});

test("a verification carries its role check: one call is one decision and one check", async () => {
  const { call, key, owner } = await setUp(["read:events", "verify:keys", "read:decisions"]);
  const { secret } = await issueKey(owner);
  const { body } = await call("POST", "/keys/verify", { key: secret });
  const mine = await vi.waitFor(async () => {
    const page = EventPage.parse((await call("GET", "/events?limit=100")).body);
    const found = page.items.filter(({ id }) => id.startsWith(body.decision));
    expect(found).toHaveLength(2);
    return found;
  }, patience);
  expect(mine.map(({ type, subject }) => [type, subject])).toEqual([
    ["role-check.granted", key.id],
    ["decision.allowed", expect.any(String)],
  ]);
  expect((await call("POST", "/keys/verify", { key: secret, scopes: "((" })).status).toBe(422);
  await vi.waitFor(async () => {
    const page = EventPage.parse((await call("GET", "/events?type=role-check.granted&limit=100")).body);
    const asked = page.items.filter(({ data }) => data.endpoint === "POST /api/v1/keys/verify");
    expect(asked).toHaveLength(2);
  }, patience);
});

test("an event needs the list's scope and its type's own, and another workspace's events are not there", async () => {
  expect((await (await setUp(["read:keys"])).call("GET", "/events")).status).toBe(403);
  const { items } = EventPage.parse((await (await setUp(["read:events"])).call("GET", "/events")).body);
  expect(items.filter(({ type }) => !type.startsWith("role-check."))).toEqual([]);
  const stranger = await createTestWorkspace();
  const { secret } = await issueKey(stranger.owner, { scopes: ["read:events", "read:keys"] });
  expect((await apiClient(secret)("GET", "/events?type=key.*")).body.items).toEqual([]);
});

test("the catalogue can be read, with each type's schema and whether the caller may read it", async () => {
  const { call } = await setUp(["read:events", "read:keys"]);
  const { items } = EventTypeList.parse((await call("GET", "/events/types")).body);
  const named = (type: string) => items.find((item) => item.type === type);
  expect(named("key.unflagged")).toMatchObject({
    readable: true,
    scope: "read:keys",
    schema: { type: "object", required: ["kind", "since", "until"] },
  });
  expect(named("keys.create")).toMatchObject({ readable: false, scope: "read:audit" });
});

test("an unknown type, a foreign cursor and an unknown filter are refused in words", async () => {
  const { call } = await setUp(["read:events", "read:keys"]);
  for (const [query, status] of [
    ["type=nothing.such", 422],
    ["type=*", 422],
    ["cursor=abc", 400],
    ["colour=red", 422],
    ["limit=0", 422],
  ])
    expect([query, (await call("GET", `/events?${query}`)).status]).toEqual([query, status]);
});

test("a revoked key's stream ends, over HTTP and in lines too", async () => {
  const { owner, key, secret } = await (async () => {
    const workspace = await createTestWorkspace();
    return { ...workspace, ...(await issueKey(workspace.owner, { scopes: ["read:events"] })) };
  })();
  const revoker = await issueKey(owner, { scopes: ["revoke:keys"] });
  const open = (query: string) =>
    fetch(`${inject("apiOrigin")}/api/v1/events/stream${query}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
  const [events, lines] = await Promise.all([open(""), open("?stream=ndjson")]);
  expect(events.headers.get("content-type")).toContain("text/event-stream");
  expect(lines.headers.get("content-type")).toContain("application/x-ndjson");
  const texts = Promise.all([events.text(), lines.text()]);
  expect((await apiClient(revoker.secret)("POST", `/keys/${key.id}/revoke`, {})).status).toBe(200);
  const revokedMs = performance.now();
  const [sse, ndjson] = await texts;
  // On the word of the bus, and not when rights are looked at again anyway, every 30 s.
  expect(performance.now() - revokedMs).toBeLessThan(10_000);
  expect(sse).toMatch(/event: end\ndata: \{"reason":/);
  expect(ndjson).toMatch(/\{"end":"[^"]+"\}\n$/);
});
