import { describe, expect, test } from "vitest";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { decisionRecord } from "@/lib/testing/decision-record";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { KeyUsage, Overview, Usage } from "@/lib/usage/schema";

async function setUp() {
  const workspace = await createTestWorkspace();
  const { key, secret } = await issueKey(workspace.owner, { scopes: ["read:usage"] });
  const credential = {
    id: key.id,
    secretId: key.masked,
    name: key.name,
    prefix: key.prefix,
    customerId: null,
  };
  await insertBatch(Array.from({ length: 7 }, () => decisionRecord(workspace.workspaceId, { credential })));
  return { ...workspace, key, call: apiClient(secret) };
}

describe("usage over HTTP", () => {
  test("answers by its own schemas with the calls that were made", async () => {
    const { call, key } = await setUp();
    expect(Overview.parse((await call("GET", "/overview?range=24h")).body).totals).toMatchObject({
      requests: 7,
      ok: 7,
    });
    expect(Usage.parse((await call("GET", "/usage?groupBy=key&range=30d")).body).groups).toMatchObject([
      { id: key.id, totals: { requests: 7 } },
    ]);
    expect(KeyUsage.parse((await call("GET", `/keys/${key.id}/usage`)).body)).toMatchObject({
      range: "7d",
      totals: { requests: 7 },
    });
    const lines = await call("GET", `/usage/sparklines?keys=${key.id},key_other`);
    expect(lines.body.items).toHaveLength(1);
    expect(lines.body.items[0].days.at(-1)).toEqual({ ok: 7, bad: 0 });
  });

  test("answers 401, 403, 404 and 422 as the case is", async () => {
    const { call, key } = await setUp();
    const stranger = await setUp();
    const { secret: unscoped } = await issueKey(stranger.owner);
    for (const path of [
      "/overview",
      "/usage",
      "/usage/quotas",
      `/keys/${key.id}/usage`,
      `/usage/sparklines?keys=${key.id}`,
    ]) {
      expect((await apiClient(null)("GET", path)).status).toBe(401);
      expect((await apiClient(unscoped)("GET", path)).status).toBe(403);
    }
    expect((await stranger.call("GET", `/keys/${key.id}/usage`)).status).toBe(404);
    for (const path of [
      "/overview?range=1y",
      "/overview?environment=prod",
      "/overview?x=1",
      "/usage?groupBy=rule",
      "/usage/sparklines",
      "/usage/sparklines?keys=",
      `/usage/sparklines?keys=${"k,".repeat(101)}`,
    ])
      expect([path, (await call("GET", path)).status]).toEqual([path, 422]);
  });
});
