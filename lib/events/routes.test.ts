import { describe, expect, inject, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { decisionRecord } from "@/lib/testing/decision-record";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { apiClient, type Answer } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import type { PlatformScope } from "@/lib/scopes/catalogue";

/** A fresh workspace with some decisions, and a caller with the scopes. */
async function setUp(scopes: PlatformScope[] = ["read:decisions", "read:audit"]) {
  const workspace = await createTestWorkspace();
  const { key, secret } = await issueKey(workspace.owner, { scopes });
  const records = [1, 2, 3].map((minute) =>
    decisionRecord(workspace.workspaceId, { atMs: Date.now() - minute * 60_000 }),
  );
  await insertBatch(records);
  return { ...workspace, key, secret, records, call: apiClient(secret) };
}

const paths = ["/decisions", "/decisions/summary", "/decisions/stream", "/decisions/evt_x", "/audit"];

describe("decisions over HTTP", () => {
  test("are listed, paged, read and summed up", async () => {
    const { call, records } = await setUp();
    const first = await call("GET", "/decisions?limit=2");
    expect(first.status).toBe(200);
    expect(first.body.items.map((item: { id: string }) => item.id)).toEqual([records[0]?.id, records[1]?.id]);
    const second = await call("GET", `/decisions?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ id: records[2]?.id }], nextCursor: null });
    const one = await call("GET", `/decisions/${records[1]?.id}`);
    expect(one.body).toEqual(first.body.items[1]);
    expect(one.body).toMatchObject({
      verdict: "allow",
      rules: ["invoices-read"],
      reason: "RULE",
      status: 200,
      latencyUs: { authenticate: 5, decide: 2, total: 1000, upstream: 900 },
    });
    expect((await call("GET", "/decisions/summary?minutes=10")).body).toMatchObject({
      windowSeconds: 600,
      perSecond: { allowed: 3 / 600 },
    });
  });

  test("answer 401 without a key, 403 without the scope, 404 for an unknown id and another workspace's", async () => {
    const { call, records } = await setUp([]);
    for (const path of paths) {
      expect((await apiClient(null)("GET", path)).status).toBe(401);
      const refused = await call("GET", path);
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        requiredScope: path === "/audit" ? "read:audit" : "read:decisions",
      });
    }
    const stranger = await setUp();
    expect((await stranger.call("GET", "/decisions/evt_unknown")).status).toBe(404);
    expect((await stranger.call("GET", `/decisions/${records[0]?.id}`)).status).toBe(404);
  });

  test("answer 422 with the place for a filter that is wrong or unknown, 400 for another list's cursor", async () => {
    const { call } = await setUp();
    const wrong = [
      "verdict=maybe",
      "status=9xx",
      "from=yesterday",
      "limit=0",
      "limit=101",
      "limit=x",
      "source=ui",
      "nonsense=1",
      `q=${"x".repeat(201)}`,
    ];
    for (const query of wrong) {
      const answer: Answer = await call("GET", `/decisions?${query}`);
      expect([query, answer.status]).toEqual([query, 422]);
      expect(answer.body.errors).toHaveLength(1);
    }
    for (const query of ["after=abc", "after=-1", "from=2026-01-01T00:00:00Z"])
      expect((await call("GET", `/decisions/stream?${query}`)).status).toBe(422);
    for (const minutes of ["0", "61", "x"])
      expect((await call("GET", `/decisions/summary?minutes=${minutes}`)).status).toBe(422);
    const audit = await call("GET", "/audit?limit=1");
    for (const cursor of ["x", "x.y", audit.body.nextCursor ?? "a.b"])
      expect((await call("GET", `/decisions?cursor=${cursor}`)).status).toBe(400);
  });

  test("take a key from the query without mistaking it for a filter", async () => {
    const { secret, records } = await setUp();
    const answer = await apiClient(null)("GET", `/decisions?limit=1&hook_private_key=${secret}`);
    expect(answer.status).toBe(200);
    expect(answer.body.items[0].id).toBe(records[0]?.id);
  });

  test("stream until the key is revoked, and not a moment longer than the bus takes", async () => {
    const { owner, secret, key, records } = await setUp();
    const origin = inject("apiOrigin");
    const response = await fetch(`${origin}/api/v1/decisions/stream?after=0`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(records[0]?.id ?? "-")) text += (await reader?.read())?.value ?? "";
    const { secret: admin } = await issueKey(owner, { scopes: ["revoke:keys"] });
    expect((await apiClient(admin)("POST", `/keys/${key.id}/revoke`, { reason: "test" })).status).toBe(200);
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      text += part.value;
    expect(text).toContain("event: end\n");
    expect((await apiClient(secret)("GET", "/decisions")).status).toBe(401);
  });

  test("of a call to the API's own verify arrive in list and stream with their fields", async () => {
    const { owner, call } = await setUp();
    const { secret: verifier } = await issueKey(owner, { scopes: ["verify:keys"] });
    const subject = await issueKey(owner);
    const verdict = await apiClient(verifier)("POST", "/keys/verify", { key: subject.secret });
    await vi.waitFor(async () => {
      const found = await call("GET", `/decisions/${verdict.body.decision}`);
      expect(found).toMatchObject({
        status: 200,
        body: {
          source: "verify",
          verdict: "allow",
          credential: { id: subject.key.id, name: subject.key.name },
        },
      });
    });
  });
});

describe("the audit trail over HTTP", () => {
  test("is listed newest first, narrowed by subject, action, room and actor, and paged", async () => {
    const { call, key, owner } = await setUp();
    const other = await issueKey(owner);
    const all = await call("GET", "/audit");
    expect(all.body.items.map((item: { subject: string }) => item.subject).slice(0, 2)).toEqual([
      other.key.id,
      key.id,
    ]);
    expect(all.body.items[0]).toMatchObject({
      action: "keys.create",
      actor: { kind: "session", id: owner.userId, label: owner.email },
    });
    const ids = async (query: string) =>
      (await call("GET", `/audit?${query}`)).body.items.map((item: { id: string }) => item.id);
    const everything = await ids("");
    expect(await ids(`subject=${key.id}`)).toEqual([all.body.items[1].id]);
    expect(await ids("action=keys.create")).toEqual(everything);
    expect(await ids("action=keys.*")).toEqual(everything);
    expect(await ids("action=rules.*")).toEqual([]);
    expect(await ids(`actor=${owner.userId}`)).toEqual(everything);
    expect(await ids("actor=user_other")).toEqual([]);
    expect(await ids("from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z")).toEqual([]);
    const first = await call("GET", "/audit?limit=1");
    const second = await call("GET", `/audit?limit=1&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(all.body.items.slice(0, 2));
  });

  test("shows a customer's key what was done to that customer's keys only", async () => {
    const { workspaceId, owner } = await setUp();
    await db().customer.create({
      data: {
        workspaceId,
        id: "cus_n",
        externalId: "northwind",
        name: "Northwind",
        scopeCeiling: ["read:audit"],
      },
    });
    const theirs = await issueKey(owner, { customer: "cus_n", scopes: ["read:audit"] });
    const answer = await apiClient(theirs.secret)("GET", "/audit");
    expect(answer.body.items.map((item: { subject: string }) => item.subject)).toEqual([theirs.key.id]);
  });
});
