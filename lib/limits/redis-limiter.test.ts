import { Ratelimit } from "@upstash/ratelimit";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { randomBase62 } from "@/lib/db/id";
import type { RateLimit } from "@/lib/keys/verified-key";
import { consumeLimits, type Limited } from "@/lib/limits/consume";
import { createMemoryLimiter } from "@/lib/limits/memory-limiter";
import { takeQuotaOnRedis } from "@/lib/limits/quota";
import { createRedisLimiter } from "@/lib/limits/redis-limiter";
import { closeRedis, connectRedis, redis } from "@/lib/redis/client";
import { changeEnvironment } from "@/lib/testing/change-environment";
import { startRedis, type Part } from "@/lib/testing/parts";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/severable-database";
import { createTestWorkspace } from "@/lib/testing/workspace";

let server: Part;
let line: SeverableDatabase;
let restore: () => void;
let nodes: Redis[];

beforeAll(async () => {
  server = await startRedis();
  line = await severableDatabase(server.url);
  restore = changeEnvironment({ REDIS_URL: line.url });
  nodes = [connectRedis(server.url), connectRedis(server.url)];
  await vi.waitFor(() => expect([...nodes, redis()].every((node) => node?.status === "ready")).toBe(true));
});

afterEach(() => vi.useRealTimers());

afterAll(async () => {
  nodes.forEach((node) => node.disconnect());
  closeRedis();
  restore();
  await line.close();
  await server.stop();
});

const traces: RateLimit[] = [
  { name: "a", algorithm: "sliding-window", limit: 5, windowSeconds: 1 },
  { name: "b", algorithm: "sliding-window", limit: 40, windowSeconds: 2 },
  { name: "c", algorithm: "token-bucket", limit: 3, windowSeconds: 1, burst: 10 },
  { name: "d", algorithm: "token-bucket", limit: 10, windowSeconds: 1 },
];

test("the same calls get the same verdicts in process, on Redis and from the library itself", async () => {
  const [node] = nodes;
  if (node === undefined) throw new Error("no node");
  const subjects = traces.map((limit) => {
    const [memory, shared, slot] = [createMemoryLimiter(), createRedisLimiter(node), randomBase62(8)];
    return { limit, slot, memory, shared, library: libraryLimiter(node, limit), forgottenAt: 0 };
  });
  const random = seeded(42);
  const verdicts = { admitted: 0, refused: 0 };
  const endsAt = Date.now() + 4_000;
  while (Date.now() < endsAt) {
    // Real time passes for Redis; each call is judged by all at one and the same moment.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    for (const subject of subjects) {
      const { limit, slot, memory, shared, library, forgottenAt } = subject;
      // Redis forgets a full bucket by its own clock, some milliseconds off ours.
      if (Math.abs(Date.now() - forgottenAt) < 200) continue;
      const cost = random() < 0.2 ? 1 + Math.floor(random() * 4) : 1;
      const ours = memory.take(slot, limit, cost);
      const onRedis = await shared.take(slot, limit, cost);
      const theirs = await library.limit(slot, { rate: cost });
      expect([onRedis.ok, onRedis.state.remaining, onRedis.state.resetAtMs]).toEqual([
        ours.ok,
        ours.state.remaining,
        ours.state.resetAtMs,
      ]);
      expect([theirs.success, theirs.remaining, theirs.reset]).toEqual([
        ours.ok,
        ours.state.remaining,
        ours.state.resetAtMs,
      ]);
      verdicts[ours.ok ? "admitted" : "refused"] += 1;
      if (limit.algorithm === "token-bucket" && ours.ok)
        subject.forgottenAt =
          Date.now() + Math.ceil((ours.state.limit - ours.state.remaining) / limit.limit) * 1_000;
    }
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 40)));
  }
  expect(verdicts.admitted).toBeGreaterThan(50);
  expect(verdicts.refused).toBeGreaterThan(50);
});

test.each(["sliding-window", "token-bucket"] as const)(
  "two nodes together admit exactly the limit: %s",
  async (algorithm) => {
    const limit: RateLimit = { name: "hour", algorithm, limit: 1_000, windowSeconds: 3_600 };
    const [limiters, slot] = [nodes.map(createRedisLimiter), randomBase62(8)];
    const results = await Promise.all(
      Array.from({ length: 3_000 }, (_, index) => limiters[index % 2]?.take(slot, limit, 1)),
    );
    expect(results.filter((result) => result?.ok)).toHaveLength(1_000);
  },
);

test("two nodes together never oversell a quota, also while it is seeded", async () => {
  const { workspaceId } = await createTestWorkspace();
  const holder = { workspaceId, keyId: `key_${randomBase62(8)}`, quota: { limit: 250, per: "day" as const } };
  const results = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => {
      const node = nodes[index % 2];
      return node === undefined ? null : takeQuotaOnRedis(node, holder, 1);
    }),
  );
  expect(results.filter((result) => result?.ok)).toHaveLength(250);
});

function limited(rateLimits: RateLimit[]): Limited {
  return { workspaceId: "wsp_x", keyId: `key_${randomBase62(8)}`, rateLimits, quota: null };
}

test("when one of several limits refuses on Redis, the others get back what they gave", async () => {
  const wide: RateLimit = { name: "wide", algorithm: "token-bucket", limit: 100, windowSeconds: 3_600 };
  const key = limited([wide, { name: "tight", algorithm: "sliding-window", limit: 1, windowSeconds: 3_600 }]);
  expect((await consumeLimits(key, 1)).ok).toBe(true);
  for (let call = 0; call < 5; call += 1)
    expect(await consumeLimits(key, 1)).toMatchObject({ ok: false, code: "RATE_LIMITED" });
  expect(await consumeLimits({ ...key, rateLimits: [wide] }, 1)).toMatchObject({
    states: [{ remaining: 98 }],
  });
});

test("while Redis is away the node limits for itself, and returns to Redis when it is back", async () => {
  const key = limited([{ name: "n", algorithm: "sliding-window", limit: 3, windowSeconds: 3_600 }]);
  for (let call = 0; call < 3; call += 1) expect((await consumeLimits(key, 1)).ok).toBe(true);
  line.sever();
  await vi.waitFor(() => expect(redis()?.status).not.toBe("ready"));
  const alone = await Promise.all(Array.from({ length: 5 }, () => consumeLimits(key, 1)));
  expect(alone.filter((outcome) => outcome.ok)).toHaveLength(3);
  line.restore();
  await vi.waitFor(() => expect(redis()?.status).toBe("ready"), { timeout: 5_000 });
  expect((await consumeLimits(key, 1)).ok).toBe(false);
});

/** The library as its documentation has it, over the plain commands it needs; only the header line is cut. */
function libraryLimiter(node: Redis, limit: RateLimit): Ratelimit {
  const plain = (script: string) => script.replace(/^#!lua.*\n/, "");
  const client = {
    eval: (script: string, keys: string[], args: unknown[]) =>
      node.eval(plain(script), keys.length, ...keys, ...args.map(String)),
    evalsha: () => Promise.reject(new Error("NOSCRIPT")),
  };
  const window = `${limit.windowSeconds} s` as const;
  const limiter =
    limit.algorithm === "token-bucket"
      ? Ratelimit.tokenBucket(limit.limit, window, limit.burst ?? limit.limit)
      : Ratelimit.slidingWindow(limit.limit, window);
  const config = { limiter, prefix: "library", ephemeralCache: false as const, timeout: 0 };
  return Reflect.construct(Ratelimit, [{ ...config, redis: client }]);
}

/** Mulberry32: the same numbers every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
