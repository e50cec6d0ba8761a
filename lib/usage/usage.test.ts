import { beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { keyUsage } from "@/lib/usage/measures/key-usage";
import { overview } from "@/lib/usage/overview/overview";
import type { OutcomeCounts, UsageRange } from "@/lib/usage/schema";
import { spanOf } from "@/lib/usage/measures/span";
import { sparklines } from "@/lib/usage/measures/sparklines";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;

interface MadeKey {
  id: string;
  name: string;
  secretIds: string[];
  customerId: string | null;
}

async function makeKey(
  workspaceId: string,
  given: {
    name: string;
    environment?: string;
    customerId?: string;
    secrets?: (Date | null)[];
    data?: object;
  },
): Promise<MadeKey> {
  const id = newId("key");
  const secretIds: string[] = [];
  await db().key.create({
    data: {
      workspaceId,
      id,
      name: given.name,
      environment: given.environment ?? "live",
      customerId: given.customerId ?? null,
      createdBy: "system",
      ...given.data,
    },
  });
  for (const [index, expiresAt] of (given.secrets ?? [null]).entries()) {
    const secretId = randomBase62(16);
    secretIds.push(secretId);
    await db().secret.create({
      data: {
        workspaceId,
        id: secretId,
        keyId: id,
        prefix: "lk_live",
        hash: "",
        lastFour: "9fZk",
        expiresAt,
        createdAt: new Date(Date.now() - index * 1_000),
      },
    });
  }
  return { id, name: given.name, secretIds, customerId: given.customerId ?? null };
}

function credentialOf(key: MadeKey, secret = 0): DecisionRecord["credential"] {
  return {
    id: key.id,
    secretId: key.secretIds[secret] ?? "",
    name: key.name,
    prefix: "lk_live",
    customerId: key.customerId,
  };
}

const sum = (buckets: readonly OutcomeCounts[]) =>
  buckets.reduce(
    (all, { ok, limited, denied, error }) => ({
      ok: all.ok + ok,
      limited: all.limited + limited,
      denied: all.denied + denied,
      error: all.error + error,
    }),
    { ok: 0, limited: 0, denied: 0, error: 0 },
  );

describe("usage", () => {
  let workspace: TestWorkspace;
  let live: MadeKey;
  let sandbox: MadeKey;
  let owned: MadeKey;
  let serviceId: string;

  beforeAll(async () => {
    workspace = await createTestWorkspace();
    const { workspaceId } = workspace;
    await db().customer.create({
      data: { workspaceId, id: "cus_n", externalId: "northwind", name: "Northwind" },
    });
    live = await makeKey(workspaceId, { name: "live", secrets: [null, new Date(Date.now() + dayMs)] });
    sandbox = await makeKey(workspaceId, { name: "sandbox", environment: "test" });
    owned = await makeKey(workspaceId, { name: "owned", customerId: "cus_n" });
    serviceId = newId("svc");
    await db().service.create({
      data: {
        workspaceId,
        id: serviceId,
        slug: "invoices",
        name: "Invoices",
        upstream: "http://up.example",
        visibility: "public",
      },
    });
    const service = { id: serviceId, slug: "invoices" };
    const record = (given: Partial<DecisionRecord>) =>
      decisionRecord(workspaceId, { atMs: thisHour + 1, service, ...given });
    await insertBatch([
      ...Array.from({ length: 95 }, () => record({ credential: credentialOf(live), totalUs: 1_000 })),
      ...Array.from({ length: 5 }, () =>
        record({ credential: credentialOf(live), totalUs: 900_000, status: 201, method: "POST" }),
      ),
      record({ credential: credentialOf(live, 1), status: 502 }),
      record({ credential: credentialOf(live, 1), status: 499 }),
      record({ credential: credentialOf(live), verdict: "deny", status: 403, totalUs: 1 }),
      record({ credential: credentialOf(live), verdict: "limited", status: 429, count: 3, totalUs: 1 }),
      record({ credential: credentialOf(live), status: 404, route: null }),
      record({ credential: credentialOf(sandbox) }),
      record({ credential: credentialOf(owned), atMs: thisHour - 20 * hourMs }),
      record({
        credential: null,
        verdict: "deny",
        status: 401,
        service: null,
        count: 40,
        reason: "NO_CREDENTIAL",
      }),
      record({ credential: credentialOf(live), atMs: thisHour - 6 * dayMs }),
      record({ credential: credentialOf(live), atMs: thisHour - 20 * dayMs }),
      record({ credential: credentialOf(live), atMs: thisHour - 45 * dayMs, verdict: "deny" }),
      record({ credential: credentialOf(live), atMs: thisHour - 90 * dayMs }),
    ]);
  });

  test.each([
    ["24h", { ok: 103, limited: 3, denied: 41, error: 2 }, 24, 3_600],
    ["7d", { ok: 104, limited: 3, denied: 41, error: 2 }, 56, 10_800],
    ["30d", { ok: 105, limited: 3, denied: 41, error: 2 }, 30, 86_400],
  ] satisfies [UsageRange, OutcomeCounts, number, number][])(
    "of %s equals the records made, in dense buckets aligned to UTC",
    async (range, expected, buckets, seconds) => {
      const answer = await overview(workspace.owner, { range });
      expect(answer.totals).toMatchObject({
        ...expected,
        requests: sum([expected]).ok + expected.limited + expected.denied + expected.error,
      });
      expect(sum(answer.series)).toEqual(expected);
      expect(answer.series).toHaveLength(buckets);
      expect(answer.bucketSeconds).toBe(seconds);
      const starts = answer.series.map((bucket) => Date.parse(bucket.at));
      expect(starts.every((at, index) => at === Date.parse(answer.from) + index * seconds * 1_000)).toBe(
        true,
      );
      expect(starts.every((at) => at % (seconds * 1_000) === 0)).toBe(true);
      expect(Date.parse(answer.to)).toBeGreaterThan(Date.now());
    },
  );

  test("compares with the period of the same length before", async () => {
    expect((await overview(workspace.owner, { range: "30d" })).previous).toMatchObject({
      requests: 1,
      denied: 1,
      deniedRate: 1,
      p95Us: null,
    });
    expect((await overview(workspace.owner, { range: "24h" })).previous.requests).toBe(0);
  });

  test("has the p95 of allowed calls within a fifth above the true one", async () => {
    const usage = await keyUsage(workspace.owner, { keyId: live.id, range: "24h" });
    // 103 allowed calls: the 98th is one of the 1 ms ones.
    expect(usage.totals.p95Us).toBeGreaterThanOrEqual(1_000);
    expect(usage.totals.p95Us).toBeLessThanOrEqual(1_190);
    const slow = usage.byRoute.find((row) => row.method === "POST");
    expect(slow).toMatchObject({ calls: 5, route: "/v1/invoices", service: "invoices" });
    expect(slow?.p95Us).toBeGreaterThanOrEqual(900_000);
    expect(slow?.p95Us).toBeLessThanOrEqual(900_000 * 1.19);
  });

  test("of one environment leaves the other's keys out; calls without a key count as live", async () => {
    const test = await overview(workspace.owner, { range: "24h", environment: "test" });
    expect(test.totals).toMatchObject({ requests: 1, ok: 1 });
    expect(test.topKeys.map((key) => key.name)).toEqual(["sandbox"]);
    expect(test.counts.keys).toBe(1);
    const live = await overview(workspace.owner, { range: "24h", environment: "live" });
    expect(live.totals).toMatchObject({ requests: 148, denied: 41 });
  });

  test("of one key tells statuses, services and secrets apart, the outgoing one included", async () => {
    const usage = await keyUsage(workspace.owner, { keyId: live.id, range: "24h" });
    expect(usage.byStatus).toEqual([
      { status: 200, calls: 95 },
      { status: 201, calls: 5 },
      { status: 429, calls: 3 },
      ...[403, 404, 499, 502].map((status) => ({ status, calls: 1 })),
    ]);
    expect(usage.byService).toMatchObject([
      { id: serviceId, slug: "invoices", totals: { requests: 107, error: 2 } },
    ]);
    expect(usage.bySecret).toMatchObject([
      { secretId: live.secretIds[0], current: true, expiresAt: null, calls: 105 },
      { secretId: live.secretIds[1], current: false, expiresAt: expect.any(String), calls: 2 },
    ]);
    expect(usage.bySecret[1]?.series.filter((calls) => calls > 0)).toEqual([2]);
    expect(usage.bySecret[0]?.masked).toMatch(/^lk_live_.{4}…9fZk$/);
  });

  test("by key, service and customer adds up to the whole", async () => {
    for (const group of ["key", "service", "customer"] as const) {
      const usage = await groupUsage(workspace.owner, { groupBy: group, range: "24h", limit: 20 });
      expect(usage.groups.reduce((all, one) => all + one.totals.requests, 0)).toBe(usage.totals.requests);
      expect(sum(usage.groups.flatMap((one) => one.series))).toEqual(sum(usage.series));
    }
    const customers = await groupUsage(workspace.owner, { groupBy: "customer", range: "24h", limit: 20 });
    expect(customers.groups).toMatchObject([
      { id: null },
      { id: "cus_n", name: "Northwind", totals: { requests: 1 } },
    ]);
  });

  test("names the top keys and services with bars that add up", async () => {
    const { topKeys, topServices } = await overview(workspace.owner, { range: "7d" });
    expect(topKeys[0]).toMatchObject({ id: live.id, name: "live", environment: "live" });
    expect(new Map(topKeys.map((key) => [key.name, key.totals.requests]))).toEqual(
      new Map([
        ["live", 108],
        ["owned", 1],
        ["sandbox", 1],
      ]),
    );
    expect(topKeys[0]?.spark).toHaveLength(28);
    expect(topKeys[0]?.spark.reduce((all, bar) => all + bar.ok + bar.bad, 0)).toBe(108);
    expect(topServices).toMatchObject([
      { slug: "invoices", visibility: "public", totals: { requests: 110 } },
    ]);
  });

  test("draws thirty days for each key that exists, zeros included", async () => {
    const stranger = await createTestWorkspace();
    const foreign = await makeKey(stranger.workspaceId, { name: "foreign" });
    const lines = await sparklines(workspace.owner, [live.id, owned.id, foreign.id, "key_none"]);
    expect(new Set(lines.map((line) => line.keyId))).toEqual(new Set([live.id, owned.id]));
    const days = lines.find((line) => line.keyId === live.id)?.days ?? [];
    expect(days).toHaveLength(30);
    const total = days.reduce((all, day) => ({ ok: all.ok + day.ok, bad: all.bad + day.bad }), {
      ok: 0,
      bad: 0,
    });
    expect(total).toEqual({ ok: 103, bad: 6 });
    expect(days.filter((day) => day.ok + day.bad === 0).length).toBeGreaterThanOrEqual(26);
  });

  test("shows a customer's key that customer's calls only, and another's key does not exist", async () => {
    const actor = keyActor(workspace.workspaceId, {
      keyId: "k",
      customerId: "cus_n",
      scopes: ["read:usage"],
    });
    const answer = await overview(actor, { range: "24h" });
    expect(answer.totals.requests).toBe(1);
    expect(answer.counts.keys).toBe(1);
    expect(answer.attention).toEqual([]);
    expect(
      (await groupUsage(actor, { groupBy: "key", range: "30d", limit: 20 })).groups.map(
        (group) => group.name,
      ),
    ).toEqual(["owned"]);
    expect(await sparklines(actor, [live.id])).toEqual([]);
    await expect(keyUsage(actor, { keyId: live.id, range: "24h" })).rejects.toMatchObject({
      kind: "not-found",
    });
    expect((await keyUsage(actor, { keyId: owned.id, range: "24h" })).totals.requests).toBe(1);
  });

  test("is not another workspace's, and needs its scope", async () => {
    const stranger = await createTestWorkspace();
    expect((await overview(stranger.owner, { range: "30d" })).totals.requests).toBe(0);
    await expect(keyUsage(stranger.owner, { keyId: live.id, range: "24h" })).rejects.toMatchObject({
      kind: "not-found",
    });
    const unscoped = keyActor(workspace.workspaceId, { keyId: "k", scopes: ["read:keys"] });
    for (const ask of [
      () => overview(unscoped, { range: "24h" }),
      () => groupUsage(unscoped, { groupBy: "key", range: "24h", limit: 20 }),
      () => sparklines(unscoped, []),
      () => keyUsage(unscoped, { keyId: live.id, range: "24h" }),
    ])
      await expect(ask()).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("what needs attention", () => {
  test("is a key that expires within a week, an overlap with its old traffic, unusual denials, a failing service and a disabled key in use", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const soon = await makeKey(workspaceId, {
      name: "soon",
      data: { expiresAt: new Date(Date.now() + 2 * dayMs) },
    });
    await makeKey(workspaceId, { name: "later", data: { expiresAt: new Date(Date.now() + 8 * dayMs) } });
    await makeKey(workspaceId, {
      name: "revoked",
      data: { expiresAt: new Date(Date.now() + dayMs), revokedAt: new Date() },
    });
    const rotating = await makeKey(workspaceId, {
      name: "rotating",
      secrets: [null, new Date(Date.now() + 18 * hourMs)],
    });
    const unusual = await makeKey(workspaceId, { name: "unusual" });
    const usual = await makeKey(workspaceId, { name: "usual" });
    const disabled = await makeKey(workspaceId, {
      name: "disabled",
      data: { disabledAt: new Date(Date.now() - 2 * hourMs) },
    });
    const service = { id: newId("svc"), slug: "flaky" };
    await db().service.create({
      data: { workspaceId, ...service, name: "Flaky", upstream: "http://up.example" },
    });
    const calls = (key: MadeKey, count: number, given: Partial<DecisionRecord> = {}) =>
      decisionRecord(workspaceId, { credential: credentialOf(key), atMs: thisHour + 1, count, ...given });
    const denied = { verdict: "deny" as const, status: 403, route: "/v1/payouts" };
    const before = thisHour - 3 * dayMs;
    await insertBatch([
      calls(soon, 11),
      calls(rotating, 7, { credential: credentialOf(rotating, 1) }),
      calls(unusual, 950, { atMs: before }),
      calls(unusual, 50, { atMs: before, ...denied }),
      calls(unusual, 50),
      calls(unusual, 50, denied),
      calls(unusual, 1, { ...denied, route: "/v1/other" }),
      calls(usual, 500, { atMs: before }),
      calls(usual, 500, { atMs: before, ...denied }),
      calls(usual, 10),
      calls(usual, 100, denied),
      calls(disabled, 4, { ...denied, reason: "DISABLED" }),
      calls(usual, 30, { status: 502, service }),
      calls(usual, 70, { service }),
    ]);
    const { attention } = await overview(owner, { range: "24h" });
    expect(attention).toEqual([
      {
        kind: "key-expiring",
        keyId: soon.id,
        keyName: "soon",
        expiresAt: expect.any(String),
        lastUsedAt: null,
        callsLastHour: 11,
      },
      {
        kind: "rotation-overlap",
        keyId: rotating.id,
        keyName: "rotating",
        oldSecretMasked: expect.stringContaining("9fZk"),
        endsAt: expect.any(String),
        oldSecretCallsLastHour: 7,
      },
      {
        kind: "key-denials",
        keyId: unusual.id,
        keyName: "unusual",
        times: expect.closeTo(51 / 101 / 0.05, 3),
        denied: 51,
        since: new Date(thisHour).toISOString(),
        route: "GET /v1/payouts",
      },
      { kind: "service-errors", serviceId: service.id, service: "flaky", errors: 30, errorRate: 0.3 },
      { kind: "key-disabled", keyId: disabled.id, keyName: "disabled", denied: 4 },
    ]);
  });

  test("is nothing in a quiet workspace", async () => {
    const { owner } = await createTestWorkspace();
    expect((await overview(owner, { range: "24h" })).attention).toEqual([]);
  });
});

test("a span ends with the bucket of now and is cut at whole UTC hours and days", () => {
  const now = Date.parse("2026-11-21T15:42:00Z");
  const times = (range: UsageRange) =>
    [spanOf(range, now).fromMs, spanOf(range, now).toMs].map((at) => new Date(at).toISOString());
  expect(times("24h")).toEqual(["2026-11-20T16:00:00.000Z", "2026-11-21T16:00:00.000Z"]);
  expect(times("7d")).toEqual(["2026-11-14T18:00:00.000Z", "2026-11-21T18:00:00.000Z"]);
  expect(times("30d")).toEqual(["2026-10-23T00:00:00.000Z", "2026-11-22T00:00:00.000Z"]);
});
