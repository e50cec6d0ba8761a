import { afterAll, afterEach, expect, test, vi } from "vitest";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import type { RateLimit } from "@/lib/keys/verified-key";
import { consumeLimits, type Limited } from "@/lib/limits/consume";
import { limitHeaders, tightestLimit } from "@/lib/limits/headers";
import { createMemoryLimiter } from "@/lib/limits/memory-limiter";
import type { LimitOutcome } from "@/lib/limits/outcome";
import { changeEnvironment } from "@/lib/testing/change-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

const restore = changeEnvironment({ REDIS_URL: undefined });
afterEach(() => vi.useRealTimers());
afterAll(restore);

function limited(parts: Partial<Limited>): Limited {
  return { workspaceId: newId("wsp"), keyId: newId("key"), rateLimits: [], quota: null, ...parts };
}

function now(key: Limited, cost = 1): LimitOutcome {
  const outcome = consumeLimits(key, cost);
  if (outcome instanceof Promise) throw new Error("not in process");
  return outcome;
}

const bucket: RateLimit = { name: "burst", algorithm: "token-bucket", limit: 5, windowSeconds: 10, burst: 8 };
const sliding: RateLimit = { name: "minute", algorithm: "sliding-window", limit: 10, windowSeconds: 60 };
const start = Date.UTC(2026, 0, 1);

test("a key without limits is free, and so is a call that costs nothing", () => {
  expect(now(limited({}), 1_000)).toEqual({ ok: true, states: [] });
  const key = limited({ rateLimits: [{ ...sliding, limit: 1 }] });
  now(key);
  expect(now(key, 0)).toEqual({ ok: true, states: [] });
  expect(now(key).ok).toBe(false);
});

test("a bucket gives its burst at once and then its refill per window", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const key = limited({ rateLimits: [bucket] });
  const admitted = () => Array.from({ length: 20 }, () => now(key)).filter((outcome) => outcome.ok).length;
  expect(admitted()).toBe(8);
  vi.setSystemTime(start + 9_999);
  expect(admitted()).toBe(0);
  vi.setSystemTime(start + 10_000);
  expect(admitted()).toBe(5);
  vi.setSystemTime(start + 1_000_000);
  expect(admitted()).toBe(8);
});

test("a sliding window counts the share of the window before that still overlaps", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start + 30_000 });
  const key = limited({ rateLimits: [sliding] });
  const admitted = () => Array.from({ length: 20 }, () => now(key)).filter((outcome) => outcome.ok).length;
  expect(admitted()).toBe(10);
  vi.setSystemTime(start + 60_000);
  expect(admitted()).toBe(0);
  vi.setSystemTime(start + 90_000);
  expect(admitted()).toBe(5);
  vi.setSystemTime(start + 300_000);
  expect(admitted()).toBe(10);
});

test("a clock that steps back neither refills a bucket nor opens a window anew", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start + 30_000 });
  for (const limit of [bucket, sliding]) {
    const key = limited({ rateLimits: [limit] });
    while (now(key).ok);
    vi.setSystemTime(start - 3_600_000);
    expect(now(key).ok).toBe(false);
    vi.setSystemTime(start + 30_000);
    expect(now(key).ok).toBe(false);
  }
});

test("when one of several limits refuses, the others and the quota have given nothing", async () => {
  const key = limited({
    rateLimits: [bucket, { ...sliding, limit: 2 }],
    quota: { limit: 100, per: "month" },
  });
  for (let call = 0; call < 2; call += 1) expect((await consumeLimits(key, 1)).ok).toBe(true);
  for (let call = 0; call < 5; call += 1) {
    const outcome = now(key);
    expect(outcome).toMatchObject({
      ok: false,
      code: "RATE_LIMITED",
      states: [
        { name: "minute", remaining: 0 },
        { name: "burst", remaining: 5 },
      ],
    });
  }
  const wider = { ...key, rateLimits: [bucket, { ...sliding, limit: 50 }] };
  expect(now(wider)).toMatchObject({
    states: [{ remaining: 5 }, { remaining: 47 }, { name: "quota-month", remaining: 97 }],
  });
});

test("a quota is never oversold, counts from recorded usage and begins anew with its period", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 4, 31, 23, 59, 0) });
  const { workspaceId } = await createTestWorkspace();
  const key = limited({ workspaceId, quota: { limit: 10, per: "day" } });
  await recordUsage(key, [
    ["2026-05-31T10:00:00Z", "ok", 3],
    ["2026-05-31T11:00:00Z", "denied", 50],
    ["2026-05-30T11:00:00Z", "ok", 50],
  ]);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => consumeLimits(key, 1)));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(7);
  expect(now(key)).toMatchObject({ ok: false, code: "QUOTA_EXCEEDED", retryAfterSeconds: 60 });
  vi.setSystemTime(Date.UTC(2026, 5, 1));
  expect(await consumeLimits(key, 10)).toMatchObject({ ok: true, states: [{ remaining: 0 }] });
  expect(now(key).ok).toBe(false);
});

test("a refused quota gives the rate limits back", async () => {
  const key = limited({ rateLimits: [bucket], quota: { limit: 1, per: "month" } });
  await consumeLimits(key, 1);
  for (let call = 0; call < 5; call += 1) expect(now(key)).toMatchObject({ code: "QUOTA_EXCEEDED" });
  expect(now({ ...key, quota: null })).toMatchObject({ states: [{ remaining: 6 }] });
});

test("what makes no difference any more is forgotten", () => {
  let time = start;
  const limiter = createMemoryLimiter(() => time);
  for (let index = 0; index < 100; index += 1)
    limiter.take(`slot ${index}`, index % 2 === 0 ? bucket : sliding, 1);
  expect(limiter.slots()).toBe(100);
  time += 200_000;
  limiter.take("another", bucket, 1);
  expect(limiter.slots()).toBe(1);
});

test("the headers name every limit, what is left and when it comes back", () => {
  const states = [
    { name: "minute", limit: 10, remaining: 4, windowSeconds: 60, resetAtMs: start + 30_500 },
    { name: "burst", limit: 8, remaining: 1, windowSeconds: 10, resetAtMs: start + 1 },
  ];
  expect(limitHeaders({ ok: true, states }, start)).toEqual({
    ratelimit: '"minute";r=4;t=31, "burst";r=1;t=1',
    "ratelimit-policy": '"minute";q=10;w=60, "burst";q=8;w=10',
  });
  expect(
    limitHeaders({ ok: false, code: "RATE_LIMITED", retryAfterSeconds: 7, states }, start),
  ).toMatchObject({ "retry-after": "7" });
  expect(limitHeaders({ ok: true, states: [] })).toEqual({});
  expect(tightestLimit({ ok: true, states })?.name).toBe("burst");
  expect(tightestLimit({ ok: false, code: "RATE_LIMITED", retryAfterSeconds: 1, states })?.name).toBe(
    "minute",
  );
});

async function recordUsage(
  key: Limited,
  rows: [hour: string, outcome: string, calls: number][],
): Promise<void> {
  for (const [hour, outcome, calls] of rows)
    await sql().query(
      `insert into usage_hour (workspace_id, hour, key_id, secret_id, service_id, method, route, status, outcome, latency_bucket, calls, response_bytes)
       values ($1, $2, $3, '', '', 'POST', '', 200, $4, 1, $5, 0)`,
      [key.workspaceId, hour, key.keyId, outcome, calls],
    );
}
