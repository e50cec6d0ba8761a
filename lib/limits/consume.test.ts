import { afterAll, afterEach, expect, test, vi } from "vitest";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { consumeLimits } from "@/lib/limits/consume";
import { limitsOf, type Limits } from "@/lib/limits/effective";
import { limitHeaders, tightestLimit } from "@/lib/limits/headers";
import { createMemoryLimiter } from "@/lib/limits/memory/memory-limiter";
import type { LimitOutcome } from "@/lib/limits/outcome";
import type { RateLimit } from "@/lib/limits/schema";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { countedLimit, limitsFor } from "@/lib/testing/limits";
import { createTestWorkspace } from "@/lib/testing/workspace";

const restore = changeEnvironment({ REDIS_URL: undefined, UPSTASH_REDIS_REST_URL: undefined });
afterEach(() => vi.useRealTimers());
afterAll(restore);

function now(limits: Limits | null, cost = 1): LimitOutcome {
  const outcome = consumeLimits({ limits }, cost);
  if (outcome instanceof Promise) throw new Error("not in process");
  return outcome;
}

const bucket: RateLimit = { name: "burst", algorithm: "token-bucket", limit: 5, windowSeconds: 10, burst: 8 };
const sliding: RateLimit = { name: "minute", algorithm: "sliding-window", limit: 10, windowSeconds: 60 };
/** The limiter's time never goes back, so the tests' time only goes on, each beginning a year after the one before. */
let year = 2040;
const nextStart = () => Date.UTC((year += 1), 0, 1);

test("a key without limits is free, and so is a call that costs nothing", () => {
  expect(now(null, 1_000)).toEqual({ ok: true, states: [] });
  const limits = limitsFor({ rateLimits: [{ ...sliding, limit: 1 }] });
  now(limits);
  expect(now(limits, 0)).toEqual({ ok: true, states: [] });
  expect(now(limits).ok).toBe(false);
});

test("a bucket gives its burst at once and then its refill per window", () => {
  const start = nextStart();
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const limits = limitsFor({ rateLimits: [bucket] });
  const admitted = () => Array.from({ length: 20 }, () => now(limits)).filter((outcome) => outcome.ok).length;
  expect(admitted()).toBe(8);
  vi.setSystemTime(start + 9_999);
  expect(admitted()).toBe(0);
  vi.setSystemTime(start + 10_000);
  expect(admitted()).toBe(5);
  vi.setSystemTime(start + 1_000_000);
  expect(admitted()).toBe(8);
});

test("a sliding window counts the share of the window before that still overlaps", () => {
  const start = nextStart();
  vi.useFakeTimers({ toFake: ["Date"], now: start + 30_000 });
  const limits = limitsFor({ rateLimits: [sliding] });
  const admitted = () => Array.from({ length: 20 }, () => now(limits)).filter((outcome) => outcome.ok).length;
  expect(admitted()).toBe(10);
  vi.setSystemTime(start + 60_000);
  expect(admitted()).toBe(0);
  vi.setSystemTime(start + 90_000);
  expect(admitted()).toBe(5);
  vi.setSystemTime(start + 300_000);
  expect(admitted()).toBe(10);
});

test("a clock that steps back neither refills a bucket nor opens a window or period anew", async () => {
  const start = nextStart();
  vi.useFakeTimers({ toFake: ["Date"], now: start + 30_000 });
  const { workspaceId } = await createTestWorkspace();
  const own = { workspaceId };
  for (const limits of [
    limitsFor({ rateLimits: [bucket] }),
    limitsFor({ rateLimits: [sliding] }),
    limitsFor({ quotas: [{ limit: 3, per: "day" }] }, own),
  ]) {
    for (let call = 0; call < 20; call += 1) await consumeLimits({ limits }, 1);
    vi.setSystemTime(start - 3_600_000);
    expect(now(limits).ok).toBe(false);
    vi.setSystemTime(start + 30_000);
    expect(now(limits).ok).toBe(false);
  }
});

test("when one of several limits refuses, the others and the quotas have given nothing", async () => {
  const quotas = [{ limit: 100, per: "month" as const }];
  const limits = limitsFor({ rateLimits: [bucket, { ...sliding, limit: 2 }], quotas });
  for (let call = 0; call < 2; call += 1) expect((await consumeLimits({ limits }, 1)).ok).toBe(true);
  for (let call = 0; call < 5; call += 1)
    expect(now(limits)).toMatchObject({
      ok: false,
      code: "RATE_LIMITED",
      states: [
        { name: "minute", remaining: 0 },
        { name: "burst", remaining: 6 },
      ],
    });
  const [burst, minute] = limits.rateLimits;
  if (burst === undefined || minute === undefined) throw new Error("no limits");
  expect(now({ ...limits, rateLimits: [burst, { ...minute, limit: 50, size: 50 }] })).toMatchObject({
    states: [{ remaining: 5 }, { remaining: 47 }, { name: "quota:month", remaining: 97 }],
  });
});

test("of two quotas the one that refuses keeps nothing of the other", async () => {
  const limits = limitsFor({
    rateLimits: [bucket],
    quotas: [
      { limit: 10, per: "day" },
      { limit: 2, per: "month" },
    ],
  });
  for (let call = 0; call < 2; call += 1) expect((await consumeLimits({ limits }, 1)).ok).toBe(true);
  for (let call = 0; call < 5; call += 1)
    expect(now(limits)).toMatchObject({ code: "QUOTA_EXCEEDED", states: [{ name: "quota:month" }, {}, {}] });
  expect(now({ ...limits, quotas: limits.quotas.slice(0, 1) })).toMatchObject({
    states: [
      { name: "burst", remaining: 5 },
      { name: "quota:day", remaining: 7 },
    ],
  });
});

test("keys of one customer share its limits and quotas beside their own", async () => {
  const workspaceId = newId("wsp");
  const customer = {
    kind: "customer" as const,
    id: newId("cus"),
    rateLimits: [{ ...sliding, limit: 5 }],
    quotas: [{ limit: 4, per: "day" as const }],
  };
  const keyLimits = () =>
    limitsOf(workspaceId, [
      { kind: "key", id: newId("key"), rateLimits: [{ ...sliding, limit: 3 }], quotas: [] },
      customer,
    ]);
  const [one, other] = [keyLimits(), keyLimits()];
  for (let call = 0; call < 3; call += 1) expect((await consumeLimits({ limits: one }, 1)).ok).toBe(true);
  expect(now(one)).toMatchObject({ ok: false, states: [{ name: "minute" }] });
  expect(now(other)).toMatchObject({
    ok: true,
    states: [
      { name: "minute", remaining: 2 },
      { name: "customer:minute", remaining: 1 },
      { name: "customer:quota:day", remaining: 0 },
    ],
  });
  expect(now(other)).toMatchObject({
    code: "QUOTA_EXCEEDED",
    states: [{ name: "customer:quota:day" }, {}, {}],
  });
});

test("a quota is never oversold, counts what recorded calls took and begins anew with its period", async () => {
  const first = Date.UTC((year += 1), 4, 31, 23, 59, 0);
  vi.useFakeTimers({ toFake: ["Date"], now: first });
  const { workspaceId } = await createTestWorkspace();
  const keyId = newId("key");
  const limits = limitsFor({ quotas: [{ limit: 10, per: "day" }] }, { workspaceId, keyId });
  await recordUsage({ workspaceId, keyId }, [
    [new Date(Date.UTC(year, 4, 31)), "ok", 2],
    [new Date(Date.UTC(year, 4, 31)), "error", 1],
    [new Date(Date.UTC(year, 4, 31)), "denied", 50],
    [new Date(Date.UTC(year, 4, 30)), "ok", 50],
  ]);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => consumeLimits({ limits }, 1)));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(7);
  expect(now(limits)).toMatchObject({ ok: false, code: "QUOTA_EXCEEDED", retryAfterSeconds: 60 });
  vi.setSystemTime(Date.UTC(year, 5, 1));
  expect(await consumeLimits({ limits }, 10)).toMatchObject({ ok: true, states: [{ remaining: 0 }] });
  expect(now(limits).ok).toBe(false);
});

test("a refused quota gives the rate limits back", async () => {
  const limits = limitsFor({ rateLimits: [bucket], quotas: [{ limit: 1, per: "month" }] });
  await consumeLimits({ limits }, 1);
  for (let call = 0; call < 5; call += 1) expect(now(limits)).toMatchObject({ code: "QUOTA_EXCEEDED" });
  expect(now({ ...limits, quotas: [] })).toMatchObject({ states: [{ remaining: 6 }] });
});

test("a call that costs more than a limit ever holds is refused and counts nowhere", () => {
  const limits = limitsFor({ rateLimits: [sliding] });
  expect(now(limits, 11)).toMatchObject({ ok: false, code: "RATE_LIMITED", retryAfterSeconds: 60 });
  expect(now(limits, 10)).toMatchObject({ ok: true, states: [{ remaining: 0 }] });
});

test("what makes no difference any more is forgotten", () => {
  const [start, limiter] = [nextStart(), createMemoryLimiter()];
  for (let index = 0; index < 100; index += 1)
    limiter.take(countedLimit(index % 2 === 0 ? bucket : sliding), 1, start);
  expect(limiter.slots()).toBe(100);
  limiter.take(countedLimit(bucket), 1, start + 200_000);
  expect(limiter.slots()).toBe(1);
});

test("the headers name every limit, what is left and when it comes back", () => {
  const start = nextStart();
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
  key: { workspaceId: string; keyId: string },
  rows: [day: Date, outcome: string, cost: number][],
): Promise<void> {
  for (const [day, outcome, cost] of rows)
    await sql().query(
      `insert into usage_per_day (workspace_id, day, key_id, secret_id, customer_id, service_id, method, route, status, outcome,
                                  calls, cost, request_bytes, response_bytes, total_us, latency)
       values ($1, $2, $3, '', '', '', 'POST', '', 200, $4, 1, $5, 0, 0, 0, '{}')`,
      [key.workspaceId, day, key.keyId, outcome, cost],
    );
}
