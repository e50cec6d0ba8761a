import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { emitEvent } from "@/lib/events/emit";
import { EventPage } from "@/lib/events/schema";
import { apiClient } from "@/lib/testing/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp(scopes: string[]) {
  const workspace = await createTestWorkspace();
  const { workspaceId } = workspace;
  await db().$transaction(async (tx) => {
    for (let index = 0; index < 5; index += 1)
      await emitEvent(tx, {
        workspaceId,
        type: index === 4 ? "key.expiring" : "key.flagged",
        subject: `key_${index}`,
        customerId: index === 0 ? "cus_a" : null,
        data: { index },
      });
  });
  const { secret } = await issueKey(workspace.owner, { scopes });
  return { ...workspace, call: apiClient(secret) };
}

test("events are listed newest first, page by page, each once, and narrowed by type, subject, customer and time", async () => {
  const { call } = await setUp(["read:events", "read:keys"]);
  const first = EventPage.parse((await call("GET", "/events?limit=3")).body);
  const second = EventPage.parse((await call("GET", `/events?limit=3&cursor=${first.nextCursor}`)).body);
  expect([...first.items, ...second.items].map((event) => event.data.index)).toEqual([4, 3, 2, 1, 0]);
  expect(second.nextCursor).toBe(null);
  const count = async (query: string) => (await call("GET", `/events?${query}`)).body.items.length;
  expect(await count("type=key.flagged")).toBe(4);
  expect(await count("type=key.*")).toBe(5);
  expect(await count("subject=key_2")).toBe(1);
  expect(await count("customer=cus_a")).toBe(1);
  expect(await count("to=2020-01-01T00:00:00Z")).toBe(0);
  expect(await count("from=2020-01-01T00:00:00Z")).toBe(5);
});

test("an event needs the list's scope and its type's own, and another workspace's events are not there", async () => {
  expect((await (await setUp(["read:keys"])).call("GET", "/events")).status).toBe(403);
  expect((await (await setUp(["read:events"])).call("GET", "/events")).body.items).toEqual([]);
  const stranger = await createTestWorkspace();
  const { secret } = await issueKey(stranger.owner, { scopes: ["read:events", "read:keys"] });
  expect((await apiClient(secret)("GET", "/events")).body.items).toEqual([]);
});

test("an unknown type, a foreign cursor and an unknown filter are refused in words", async () => {
  const { call } = await setUp(["read:events", "read:keys"]);
  for (const [query, status] of [
    ["type=nothing.such", 422],
    ["cursor=abc", 400],
    ["colour=red", 422],
    ["limit=0", 422],
  ])
    expect([query, (await call("GET", `/events?${query}`)).status]).toEqual([query, status]);
});
