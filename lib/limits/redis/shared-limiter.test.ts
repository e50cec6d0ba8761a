import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { consumeLimits } from "@/lib/limits/consume";
import type { Limits } from "@/lib/limits/effective";
import { limiterHealth } from "@/lib/limits/health";
import { lookAtLimits } from "@/lib/limits/look";
import type { LimitOutcome } from "@/lib/limits/outcome";
import type { Quota, RateLimit } from "@/lib/limits/schema";
import { redisRunner } from "@/lib/limits/redis/redis-runner";
import { limitScripts, upstashHeader } from "@/lib/limits/redis/scripts";
import {
  closeSharedLimiter,
  createSharedLimiter,
  type SharedLimiter,
} from "@/lib/limits/redis/shared-limiter";
import { upstashRunner } from "@/lib/limits/redis/upstash-runner";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { limitsFor } from "@/lib/testing/limits";
import { startRedis, type Part } from "@/lib/testing/servers/parts";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/servers/severable-database";
import { startUpstashBridge, type UpstashBridge } from "@/lib/testing/servers/upstash-bridge";
import { createTestWorkspace } from "@/lib/testing/workspace";

let server: Part;
let bridge: UpstashBridge;
let line: SeverableDatabase;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis();
  bridge = await startUpstashBridge(server.url);
  line = await severableDatabase(server.url);
  admin = new Redis(server.url);
});

afterAll(async () => {
  closeSharedLimiter();
  admin.disconnect();
  await line.close();
  await bridge.close();
  await server.stop();
});

const nodeOn = {
  redis: () => createSharedLimiter("redis", { runner: redisRunner(server.url), scripts: limitScripts("") }),
  upstash: () =>
    createSharedLimiter("upstash", { runner: upstashRunner(bridge), scripts: limitScripts(upstashHeader) }),
};

const hourly = (algorithm: RateLimit["algorithm"], limit = 1_000): RateLimit => ({
  name: "hour",
  algorithm,
  limit,
  windowSeconds: 2_592_000,
});

async function workspaceLimits(settings: { rateLimits?: RateLimit[]; quotas?: Quota[] }): Promise<Limits> {
  const { workspaceId } = await createTestWorkspace();
  return limitsFor(settings, { workspaceId });
}

const admittedOf = (outcomes: readonly LimitOutcome[]) => outcomes.filter((outcome) => outcome.ok).length;

describe.each(["redis", "upstash"] as const)("two nodes on one %s", (kind) => {
  let nodes: [SharedLimiter, SharedLimiter];
  beforeAll(() => {
    nodes = [nodeOn[kind](), nodeOn[kind]()];
  });
  afterAll(() => nodes.forEach((node) => node.close()));

  const calls = (count: number, limits: Limits, cost = 1) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => nodes[index % 2 === 0 ? 0 : 1].take(limits, cost)),
    );

  test.each(["sliding-window", "token-bucket"] as const)(
    "together admit exactly the limit: %s",
    async (algorithm) => {
      const limits = await workspaceLimits({ rateLimits: [hourly(algorithm)] });
      expect(admittedOf(await calls(3_000, limits))).toBe(1_000);
    },
  );

  test("together never oversell a quota, also while its count is read from records", async () => {
    const limits = await workspaceLimits({ quotas: [{ limit: 250, per: "day" }] });
    expect(admittedOf(await calls(1_000, limits))).toBe(250);
  });

  test("a quota is not sold again when what was counted is lost, before anything is recorded", async () => {
    const limits = await workspaceLimits({ quotas: [{ limit: 40, per: "month" }] });
    expect(admittedOf(await calls(30, limits))).toBe(30);
    expect(await admin.del(await admin.keys(`latchkey:quota:${limits.quotas[0]?.slot}:*`))).toBe(1);
    expect(admittedOf(await calls(30, limits))).toBe(10);
  });

  test("what one limit of a call gave back is there for the calls beside it", async () => {
    const limits = await workspaceLimits({
      rateLimits: [hourly("token-bucket", 300), { ...hourly("sliding-window", 200), name: "tight" }],
      quotas: [
        { limit: 100, per: "day" },
        { limit: 1_000, per: "month" },
      ],
    });
    expect(admittedOf(await calls(1_000, limits))).toBe(100);
    const [wide] = limits.rateLimits;
    if (wide === undefined) throw new Error("no limit");
    expect(admittedOf(await calls(1_000, { rateLimits: [wide], quotas: [] }))).toBe(200);
  });

  test("calls of one turn cost one round trip, whatever limits and quotas they have", async () => {
    const limits = await workspaceLimits({
      rateLimits: [hourly("token-bucket"), { ...hourly("sliding-window"), name: "b" }],
      quotas: [{ limit: 1_000, per: "day" }],
    });
    await calls(1, limits);
    const commands = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info("commandstats"))?.[1] ?? 0);
    const before = await commands();
    await Promise.all(Array.from({ length: 100 }, () => nodes[0].take(limits, 1)));
    expect((await commands()) - before).toBe(1);
  });

  test("a value of another type under a limit's name fails that call alone", async () => {
    const [broken, sound] = [
      await workspaceLimits({ rateLimits: [hourly("token-bucket")] }),
      await workspaceLimits({ rateLimits: [hourly("token-bucket")] }),
    ];
    await admin.set(`latchkey:limit:${broken.rateLimits[0]?.slot ?? ""}`, "text");
    const [failed, passed] = await Promise.allSettled([nodes[0].take(broken, 1), nodes[0].take(sound, 1)]);
    expect([failed.status, passed.status]).toEqual(["rejected", "fulfilled"]);
    expect(nodes[0].failedAtMs()).toBeNull();
  });
});

describe("while Redis is away", () => {
  const three = (algorithm: RateLimit["algorithm"] = "sliding-window") =>
    workspaceLimits({ rateLimits: [hourly(algorithm, 3)] });
  const take = (limits: Limits) => Promise.resolve(consumeLimits({ limits }, 1));
  const several = (count: number, limits: Limits) =>
    Promise.all(Array.from({ length: count }, () => take(limits)));

  async function away(outage: "open" | "closed" | "local", work: () => Promise<void>) {
    const restore = changeEnvironment({ REDIS_URL: line.url, LIMITER_OUTAGE: outage });
    try {
      await take(await three());
      expect(limiterHealth()).toEqual({ counts: "redis", up: true, outage, since: null });
      line.sever();
      await expect.poll(async () => (await take(await three())).outage, { interval: 5 }).toBe(outage);
      expect(limiterHealth()).toMatchObject({ counts: "redis", up: false, outage });
      await work();
      line.restore();
      await expect.poll(() => limiterHealth().up, { timeout: 5_000 }).toBe(true);
      expect((await take(await three())).outage).toBeUndefined();
    } finally {
      line.restore();
      restore();
    }
  }

  test("open lets every call through and says so, until it is back without a restart", () =>
    away("open", async () => {
      const outcomes = await several(10, await three());
      expect(outcomes).toEqual(Array.from({ length: 10 }, () => ({ ok: true, states: [], outage: "open" })));
    }));

  test("closed refuses every call that has a limit and says when to come back", () =>
    away("closed", async () => {
      const [outcome] = await several(1, await three());
      expect(outcome).toEqual({
        ok: false,
        code: "RATE_LIMITED",
        retryAfterSeconds: 1,
        states: [],
        outage: "closed",
      });
      expect(consumeLimits({ limits: null }, 1)).toEqual({ ok: true, states: [] });
    }));

  test("local goes on from what Redis said last", async () => {
    const settings = {
      rateLimits: [hourly("token-bucket", 5), { ...hourly("sliding-window", 9), name: "b" }],
      quotas: [{ limit: 4, per: "day" as const }],
    };
    const restore = changeEnvironment({ REDIS_URL: line.url });
    const limits = await workspaceLimits(settings);
    expect(admittedOf(await several(3, limits))).toBe(3);
    restore();
    await away("local", async () => {
      expect((await several(5, limits)).map(({ ok }) => ok)).toEqual([true, false, false, false, false]);
      expect(admittedOf(await several(5, { ...limits, quotas: [] }))).toBe(1);
      expect(admittedOf(await several(5, { rateLimits: limits.rateLimits.slice(1), quotas: [] }))).toBe(4);
    });
  });

  test("local lets each node count for itself", () =>
    away("local", async () => {
      const outcomes = await several(10, await three());
      expect(admittedOf(outcomes)).toBe(3);
      expect(outcomes.every(({ outage }) => outage === "local")).toBe(true);
      expect(await lookAtLimits(await three())).toEqual([]);
    }));

  test("a Redis that takes commands and never answers holds nobody up for long, and only once", async () => {
    const restore = changeEnvironment({ REDIS_URL: server.url, LIMITER_OUTAGE: "local" });
    try {
      const limits = await three();
      expect(await take(limits)).toMatchObject({ ok: true });
      await admin.call("CLIENT", "PAUSE", "5000", "ALL");
      const startedAt = performance.now();
      expect((await take(limits)).outage).toBe("local");
      expect(performance.now() - startedAt).toBeLessThan(4_000);
      const again = performance.now();
      expect((await take(limits)).outage).toBe("local");
      expect(performance.now() - again).toBeLessThan(100);
      await expect.poll(() => limiterHealth().up, { timeout: 15_000 }).toBe(true);
    } finally {
      restore();
    }
  });

  test("a long turn of the event loop is not taken for a Redis that does not answer", async () => {
    const restore = changeEnvironment({ REDIS_URL: server.url });
    try {
      const limits = await three();
      await take(limits);
      const asked = take(limits);
      await new Promise((resolve) => setImmediate(resolve));
      const until = Date.now() + 1_500;
      while (Date.now() < until);
      expect(await asked).toMatchObject({ ok: true, states: [{ remaining: 1 }] });
      expect(limiterHealth().up).toBe(true);
    } finally {
      restore();
    }
  });

  test("a Redis that is not there at the start is not waited for", async () => {
    const restore = changeEnvironment({ REDIS_URL: "redis://127.0.0.1:1", LIMITER_OUTAGE: "local" });
    try {
      expect((await take(await three())).outage).toBe("local");
    } finally {
      restore();
      closeSharedLimiter();
    }
  });
});

test("looking at limits says what is left and takes nothing", async () => {
  const settings = {
    rateLimits: [hourly("token-bucket", 10), { ...hourly("sliding-window", 20), name: "b" }],
    quotas: [{ limit: 30, per: "month" as const }],
  };
  for (const place of [{ REDIS_URL: server.url }, { REDIS_URL: undefined }]) {
    const restore = changeEnvironment(place);
    const limits = await workspaceLimits(settings);
    expect((await lookAtLimits(limits)).map(({ remaining }) => remaining)).toEqual([10, 20, 30]);
    for (let call = 0; call < 3; call += 1) expect((await consumeLimits({ limits }, 2)).ok).toBe(true);
    for (let look = 0; look < 2; look += 1)
      expect((await lookAtLimits(limits)).map(({ remaining }) => remaining)).toEqual([4, 14, 24]);
    restore();
  }
});
