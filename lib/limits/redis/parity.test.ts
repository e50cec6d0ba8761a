import { Ratelimit } from "@upstash/ratelimit";
import { Redis as UpstashRedis } from "@upstash/redis";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { randomBase62 } from "@/lib/db/id";
import { consumeInMemory } from "@/lib/limits/memory/consume-in-memory";
import { createMemoryLimiter } from "@/lib/limits/memory/memory-limiter";
import type { RateLimit } from "@/lib/limits/schema";
import { redisRunner } from "@/lib/limits/redis/redis-runner";
import { limitScripts, upstashHeader } from "@/lib/limits/redis/scripts";
import { createSharedLimiter, type SharedLimiter } from "@/lib/limits/redis/shared-limiter";
import { upstashRunner } from "@/lib/limits/redis/upstash-runner";
import { countedLimit, limitsFor } from "@/lib/testing/limits";
import { startRedis, type Part } from "@/lib/testing/servers/parts";
import { startUpstashBridge, type UpstashBridge } from "@/lib/testing/servers/upstash-bridge";
import { createTestWorkspace } from "@/lib/testing/workspace";

let server: Part;
let bridge: UpstashBridge;
let redis: Redis;
let onRedis: SharedLimiter;
let onUpstash: SharedLimiter;

beforeAll(async () => {
  server = await startRedis();
  bridge = await startUpstashBridge(server.url);
  redis = new Redis(server.url);
  onRedis = createSharedLimiter("redis", { runner: redisRunner(server.url), scripts: limitScripts("") });
  onUpstash = createSharedLimiter("upstash", {
    runner: upstashRunner(bridge),
    scripts: limitScripts(upstashHeader),
  });
});

afterEach(() => vi.useRealTimers());

afterAll(async () => {
  onRedis.close();
  onUpstash.close();
  redis.disconnect();
  await bridge.close();
  await server.stop();
});

/** Far ahead, and later with every trace: the limiter's time never goes back. */
let traceStartsAtMs = Date.UTC(2070, 0, 1);

/** Time that the test moves. Redis forgets by the same time: every expiry set is a whole number of seconds. */
function createTime() {
  const expiries = new Map<string, number>();
  traceStartsAtMs += 40 * 86_400_000;
  let nowMs = traceStartsAtMs;
  vi.useFakeTimers({ toFake: ["Date"], now: nowMs });
  return {
    async goOn(ms: number) {
      nowMs += ms;
      vi.setSystemTime(nowMs);
      for (const [key, atMs] of expiries) {
        if (atMs >= nowMs) continue;
        await redis.del(key);
        expiries.delete(key);
      }
    },
    /** Takes over every expiry that was just set. */
    async note() {
      for (const key of await redis.keys("*")) {
        const leftMs = await redis.pttl(key);
        if (leftMs <= 0) continue;
        await redis.persist(key);
        expiries.set(key, nowMs + Math.ceil(leftMs / 1_000) * 1_000);
      }
    },
  };
}

const someLimit = fc.oneof(
  fc.record({
    name: fc.constant("a"),
    algorithm: fc.constant("sliding-window" as const),
    limit: fc.integer({ min: 1, max: 12 }),
    windowSeconds: fc.integer({ min: 100, max: 4_000 }),
  }),
  fc.record({
    name: fc.constant("a"),
    algorithm: fc.constant("token-bucket" as const),
    limit: fc.integer({ min: 1, max: 6 }),
    windowSeconds: fc.integer({ min: 100, max: 4_000 }),
    burst: fc.integer({ min: 1, max: 12 }),
  }),
);

/** Calls close together and far apart, most of them cheap. The share is of a window. */
const someCall = fc.record({
  share: fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 0.2, noNaN: true }),
    fc.double({ min: 0, max: 3, noNaN: true }),
  ),
  cost: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 6 })),
});

/** The library as its documentation has it, over Upstash's own client. */
function libraryLimiter(limit: RateLimit): Ratelimit {
  const window = `${limit.windowSeconds} s` as const;
  return new Ratelimit({
    redis: new UpstashRedis({ ...bridge, enableTelemetry: false }),
    limiter:
      limit.algorithm === "token-bucket"
        ? Ratelimit.tokenBucket(limit.limit, window, limit.burst ?? limit.limit)
        : Ratelimit.slidingWindow(limit.limit, window),
    ephemeralCache: false,
    timeout: 0,
  });
}

test("the same calls get the same verdicts in process, on Redis, over Upstash's protocol and from the library itself", async () => {
  const verdicts = { admitted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      someLimit,
      fc.array(someCall, { minLength: 1, maxLength: 40, size: "max" }),
      async (limit, calls) => {
        await redis.flushall();
        const [memory, library, slot] = [createMemoryLimiter(), libraryLimiter(limit), randomBase62(8)];
        const [counted, shared, upstash] = [
          countedLimit(limit),
          limitsFor({ rateLimits: [limit] }),
          limitsFor({ rateLimits: [limit] }),
        ];
        const time = createTime();
        for (const { share, cost } of calls) {
          await time.goOn(Math.floor(share * limit.windowSeconds * 1_000));
          const ours = memory.take(counted, cost, Date.now());
          const theirs = await library.limit(slot, { rate: cost });
          const { success: ok, remaining, reset: resetAtMs } = theirs;
          expect([ours.ok, ours.state.remaining, ours.state.resetAtMs]).toEqual([ok, remaining, resetAtMs]);
          for (const [limiter, limits] of [
            [onRedis, shared],
            [onUpstash, upstash],
          ] as const)
            expect(await limiter.take(limits, cost)).toMatchObject({
              ok,
              states: [{ remaining, resetAtMs }],
            });
          await time.note();
          verdicts[ours.ok ? "admitted" : "refused"] += 1;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(verdicts.admitted).toBeGreaterThan(100);
  expect(verdicts.refused).toBeGreaterThan(100);
}, 120_000);

test("several limits and quotas together get the same answer in process and on Redis, what is left of each included", async () => {
  const { workspaceId } = await createTestWorkspace();
  const someLimits = fc.record({
    rateLimits: fc
      .array(someLimit, { maxLength: 3 })
      .map((limits) => limits.map((limit, at) => ({ ...limit, name: `l${at}` }))),
    quotas: fc.subarray([
      { limit: 9, per: "day" as const },
      { limit: 15, per: "month" as const },
    ]),
  });
  const seen = { admitted: 0, RATE_LIMITED: 0, QUOTA_EXCEEDED: 0 };
  await fc.assert(
    fc.asyncProperty(
      someLimits,
      fc.array(someCall, { minLength: 1, maxLength: 40, size: "max" }),
      async (settings, calls) => {
        fc.pre(settings.rateLimits.length + settings.quotas.length > 0);
        await redis.flushall();
        const [limits, shared] = [limitsFor(settings, { workspaceId }), limitsFor(settings, { workspaceId })];
        const time = createTime();
        for (const { share, cost } of calls) {
          await time.goOn(Math.floor(share * 1_000_000));
          const ours = await consumeInMemory(limits, cost);
          expect(await onRedis.take(shared, cost)).toEqual(ours);
          await time.note();
          seen[ours.ok ? "admitted" : ours.code] += 1;
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(Object.values(seen).every((count) => count > 20)).toBe(true);
}, 120_000);
