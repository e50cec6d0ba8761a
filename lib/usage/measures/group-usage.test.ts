import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { db } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { keyUsage } from "@/lib/usage/measures/key-usage";
import { UsageQuestion } from "@/lib/usage/question";
import { spanAsked } from "@/lib/usage/measures/span";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The full hour before this one: calls are made on both sides of it. */
const boundary = Math.floor(Date.now() / hourMs) * hourMs - hourMs;
const at = (ms: number) => new Date(ms).toISOString();

let workspace: TestWorkspace;
const ask = (question: z.input<typeof UsageQuestion>) =>
  groupUsage(workspace.owner, UsageQuestion.parse(question));

const around = { from: at(boundary - 5 * minuteMs), to: at(boundary + 5 * minuteMs) };

beforeAll(async () => {
  workspace = await createTestWorkspace();
  const { workspaceId } = workspace;
  await db().customer.create({ data: { workspaceId, id: "cus_a", externalId: "acme", name: "Acme" } });
  await db().service.create({
    data: { workspaceId, id: "svc_a", slug: "invoices", name: "Invoices", upstream: "http://up.example" },
  });
  const call = (key: string, minute: number, given: Partial<DecisionRecord> = {}) =>
    decisionRecord(workspaceId, {
      atMs: boundary + minute * minuteMs + 1,
      credential: {
        id: `key_${key}`,
        secretId: `secret_${key}`,
        name: key,
        prefix: "lk_live",
        customerId: key === "a" ? "cus_a" : null,
      },
      service: { id: "svc_a", slug: "invoices" },
      ...given,
    });
  await insertBatch([
    call("a", -1),
    call("a", 0, { cost: 7 }),
    call("a", 0, { status: 502 }),
    call("b", 1, { verdict: "deny", status: 403, route: null }),
    call("b", 2, { verdict: "limited", status: 429, service: null }),
    call("b", 3, { status: 201, method: "POST" }),
  ]);
});

describe("usage by the minute, hour and day", () => {
  test("has dense buckets from the first to the last, and the same totals however it is cut", async () => {
    const minutes = await ask({ ...around, interval: "minute" });
    expect(minutes.series).toHaveLength(10);
    expect(minutes.series.map(({ ok, error, denied, limited }) => ok + error + denied + limited)).toEqual([
      0, 0, 0, 0, 1, 2, 1, 1, 1, 0,
    ]);
    const hours = await ask({ ...around, interval: "hour" });
    expect(hours.series.map(({ ok, error }) => ok + error)).toEqual([1, 3]);
    const days = await ask({ ...around, interval: "day" });
    for (const { totals } of [minutes, hours, days])
      expect(totals).toMatchObject({ requests: 6, ok: 3, error: 1, denied: 1, limited: 1, cost: 10 });
    expect(minutes.totals.p50Us).toBe(hours.totals.p50Us);
    expect(minutes.totals.p50Us).toBeGreaterThanOrEqual(1_000);
    expect(minutes.totals.p50Us).toBeLessThanOrEqual(1_190);
    expect(minutes.series[0]).toMatchObject({ p50Us: null, p95Us: null });
  });

  test.each([
    [
      "key",
      [
        ["key_a", 3],
        ["key_b", 3],
      ],
    ],
    [
      "secret",
      [
        ["secret_a", 3],
        ["secret_b", 3],
      ],
    ],
    [
      "customer",
      [
        ["cus_a", 3],
        [null, 3],
      ],
    ],
    [
      "service",
      [
        ["svc_a", 5],
        [null, 1],
      ],
    ],
    [
      "status",
      [
        ["2xx", 3],
        ["4xx", 2],
        ["5xx", 1],
      ],
    ],
    [
      "outcome",
      [
        ["denied", 1],
        ["error", 1],
        ["limited", 1],
        ["ok", 3],
      ],
    ],
  ] as const)("is split by %s, and the parts add up", async (groupBy, expected) => {
    const usage = await ask({ ...around, interval: "minute", groupBy });
    const found = usage.groups.map(({ id, totals }) => [id, totals.requests]);
    expect(found.toSorted()).toEqual(expected.toSorted());
    for (const { totals, series } of usage.groups)
      expect(series.reduce((sum, one) => sum + one.ok + one.error + one.denied + one.limited, 0)).toBe(
        totals.requests,
      );
  });

  test("is split by route: method, template and service", async () => {
    const { groups } = await ask({ ...around, groupBy: "route" });
    const found = groups.map(({ name, route, totals }) => [name, route?.service ?? null, totals.requests]);
    expect(found.toSorted()).toEqual([
      ["GET /v1/invoices", null, 1],
      ["GET /v1/invoices", "svc_a", 3],
      ["GET", "svc_a", 1],
      ["POST /v1/invoices", "svc_a", 1],
    ]);
  });

  test("is narrowed by key, secret, customer and service, each by id or by the name that its owner gave it", async () => {
    const count = async (question: z.input<typeof UsageQuestion>) =>
      (await ask({ ...around, ...question })).totals.requests;
    expect(await count({ key: "key_a" })).toBe(3);
    expect(await count({ secret: "secret_b" })).toBe(3);
    expect(await count({ customer: "cus_a" })).toBe(3);
    expect(await count({ customer: "acme" })).toBe(3);
    expect(await count({ service: "svc_a" })).toBe(5);
    expect(await count({ service: "invoices" })).toBe(5);
    expect(await count({ key: "key_a", service: "invoices", customer: "acme" })).toBe(3);
    expect(await count({ key: "key_a", secret: "secret_b" })).toBe(0);
    expect(await count({ key: "key_none" })).toBe(0);
    expect(await count({ environment: "test" })).toBe(0);
  });

  test("of a customer's caller is that customer's, whatever it asks for", async () => {
    const actor = { ...workspace.owner, customerId: "cus_a" };
    const question = UsageQuestion.parse({ ...around, groupBy: "key" });
    expect((await groupUsage(actor, question)).groups.map(({ id }) => id)).toEqual(["key_a"]);
    expect((await groupUsage(actor, { ...question, key: "key_b" })).totals.requests).toBe(0);
  });

  test("of one key is answered for any stretch of time, with its last use", async () => {
    await db().key.create({
      data: {
        workspaceId: workspace.workspaceId,
        id: "key_b",
        name: "b",
        environment: "live",
        createdBy: "system",
        lastUsedAt: new Date(boundary),
        lastUsedFrom: "203.0.113.7",
        lastUsedAgent: "curl/8",
      },
    });
    const usage = await keyUsage(workspace.owner, { keyId: "key_b", ...around, interval: "minute" });
    expect(usage).toMatchObject({
      range: null,
      bucketSeconds: 60,
      lastUsed: { at: at(boundary), address: "203.0.113.7", userAgent: "curl/8" },
      totals: { requests: 3, errorRate: 0, deniedRate: expect.closeTo(1 / 3) },
    });
    expect(usage.byOutcome.toSorted((one, other) => (one.outcome < other.outcome ? -1 : 1))).toEqual([
      { outcome: "denied", calls: 1 },
      { outcome: "limited", calls: 1 },
      { outcome: "ok", calls: 1 },
    ]);
  });
});

describe("a question that cannot be answered says why", () => {
  const day = 24 * hourMs;
  test.each([
    ["too many buckets", { from: at(Date.now() - 3 * day), interval: "minute" }, "interval"],
    ["minutes that are gone", { from: at(Date.now() - 20 * day), interval: "minute" }, "from"],
    ["hours that are gone", { from: at(Date.now() - 300 * day), interval: "hour" }, "from"],
    ["an end before the begin", { from: at(Date.now()), to: at(Date.now() - day) }, "from"],
    ["a range and a begin", { range: "7d", from: at(Date.now() - day) }, "range"],
    [
      "too many points",
      { from: at(Date.now() - day), interval: "minute", groupBy: "key", limit: 100 },
      "limit",
    ],
  ] as const)("%s", async (_, question, path) => {
    await expect(ask(question)).rejects.toMatchObject({ kind: "invalid", extra: { errors: [{ path }] } });
  });

  test("a time that is cut is filled up to whole buckets in UTC", () => {
    const now = Date.parse("2026-11-21T15:42:10Z");
    const asked = { from: "2026-11-21T14:59:59+00:30", to: "2026-11-21T15:00:01Z" };
    expect(spanAsked({ ...asked, interval: "hour" }, now)).toMatchObject({
      fromMs: Date.parse("2026-11-21T14:00:00Z"),
      toMs: Date.parse("2026-11-21T16:00:00Z"),
      buckets: 2,
    });
    expect(spanAsked({ interval: "minute" }, now)).toMatchObject({
      toMs: Date.parse("2026-11-21T15:43:00Z"),
      buckets: 60,
    });
  });
});
