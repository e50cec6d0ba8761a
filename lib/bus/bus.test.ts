import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bus, BusMessage } from "@/lib/bus/bus";
import { readEnvelope } from "@/lib/bus/envelope";
import { memoryBus } from "@/lib/bus/memory";
import { openBus } from "@/lib/bus/open";
import { postgresBus } from "@/lib/bus/postgres";
import { createPulse, deafAfterMs } from "@/lib/bus/pulse";
import { redisBus } from "@/lib/bus/redis";
import { startPostgres, startRedis, type Part } from "@/lib/testing/servers/parts";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/servers/severable-database";

const change: BusMessage = {
  kind: "key-changed",
  workspaceId: "wsp_1",
  keyId: "key_1",
  secretIds: ["a", "b"],
  generation: 2,
};

function heardBy(bus: Bus): BusMessage[] {
  const heard: BusMessage[] = [];
  bus.subscribe((message) => void heard.push(message));
  return heard;
}

const patience = { timeout: 15_000, interval: 20 };

describe.each([
  ["Redis", startRedis, redisBus],
  ["PostgreSQL", startPostgres, postgresBus],
] as const)("over %s", (_name, startServer, connect) => {
  let server: Part;
  let line: SeverableDatabase;
  let here: Bus;
  let there: Bus;

  beforeAll(async () => {
    server = await startServer();
    line = await severableDatabase(server.url);
    here = connect(line.url);
    there = connect(server.url);
    await vi.waitFor(() => expect(here.healthy() && there.healthy()).toBe(true), patience);
  });

  afterAll(async () => {
    await here.close();
    await there.close();
    await line.close();
    await server.stop();
  });

  test("a message reaches this node before publish returns, the other soon, and each of them once", async () => {
    const [mine, theirs] = [heardBy(here), heardBy(there)];
    const handedOver = here.publish(change);
    expect(mine).toEqual([change]);
    await handedOver;
    await there.publish({ kind: "session-changed", userId: "user_1" });
    await vi.waitFor(() => expect(theirs).toHaveLength(2), patience);
    await vi.waitFor(() => expect(mine).toHaveLength(2), patience);
    expect(theirs).toEqual(expect.arrayContaining([change, { kind: "session-changed", userId: "user_1" }]));
    expect(mine.filter((message) => message.kind === "key-changed")).toHaveLength(1);
  });

  test("messages of one sender arrive in their order", async () => {
    const theirs = heardBy(there);
    const sent = Array.from({ length: 200 }, (_, version): BusMessage => ({
      kind: "ruleset-changed",
      workspaceId: "wsp_1",
      version,
    }));
    await Promise.all(sent.map((message) => here.publish(message)));
    await vi.waitFor(() => expect(theirs).toHaveLength(200), patience);
    expect(theirs).toEqual(sent);
  });

  test("a message to another node takes less than 250 ms at the 99th percentile", async () => {
    const delays: number[] = [];
    let sentAt = 0;
    const stop = there.subscribe(() => void delays.push(performance.now() - sentAt));
    for (let trial = 1; trial <= 200; trial += 1) {
      sentAt = performance.now();
      await here.publish(change);
      await vi.waitFor(() => expect(delays).toHaveLength(trial), { timeout: 5_000, interval: 1 });
    }
    stop();
    expect(delays.sort((one, other) => one - other)[197]).toBeLessThan(250);
  });

  test("a list of workspaces of any length arrives whole", async () => {
    const theirs = heardBy(there);
    const workspaceIds = Array.from(
      { length: 1_500 },
      (_, index) => `wsp_${String(index).padStart(20, "0")}`,
    );
    await here.publish({ kind: "decisions-loaded", workspaceIds });
    const heard = () =>
      theirs.flatMap((message) => (message.kind === "decisions-loaded" ? message.workspaceIds : []));
    await vi.waitFor(() => expect(heard().sort()).toEqual(workspaceIds), patience);
  });

  test("cut off, a node knows that it is deaf, still hears itself, never throws, and on its return says that it missed messages", async () => {
    const [mine, theirs] = [heardBy(here), heardBy(there)];
    line.sever();
    await vi.waitFor(() => expect(here.healthy()).toBe(false), patience);
    await here.publish(change);
    expect(mine).toEqual([change]);
    await there.publish({ kind: "session-changed", userId: "user_missed" });
    line.restore();
    await vi.waitFor(() => expect(here.healthy()).toBe(true), patience);
    await vi.waitFor(() => expect(mine).toContainEqual({ kind: "messages-missed" }), patience);
    await vi.waitFor(() => expect(theirs).toContainEqual(change), patience);
    expect(mine.filter((message) => message.kind === "key-changed")).toHaveLength(1);
    await there.publish({ kind: "session-changed", userId: "user_after" });
    await vi.waitFor(
      () => expect(mine).toContainEqual({ kind: "session-changed", userId: "user_after" }),
      patience,
    );
  });
});

test("in one process a listener that fails keeps nobody else from hearing, and one that left hears nothing", async () => {
  const bus = memoryBus();
  bus.subscribe(() => {
    throw new Error("listener");
  });
  const heard = heardBy(bus);
  const left = vi.fn();
  bus.subscribe(left)();
  await bus.publish(change);
  expect(heard).toEqual([change]);
  expect(left).not.toHaveBeenCalled();
});

test("what another version or a stranger puts on the bus is passed over", () => {
  for (const text of [
    "",
    "{",
    "null",
    '{"from":"x"}',
    '{"from":"x","message":{"kind":"unheard-of"}}',
    String(randomInt(9)),
  ])
    expect(readEnvelope(text)).toBeNull();
});

test("a transport is healthy only as long as it hears itself", () => {
  let time = 0;
  const pulse = createPulse(() => time);
  expect(pulse.healthy()).toBe(false);
  expect(pulse.heard()).toBe(true);
  time += deafAfterMs - 1;
  expect(pulse.healthy()).toBe(true);
  expect(pulse.heard()).toBe(false);
  time += deafAfterMs;
  expect(pulse.healthy()).toBe(false);
  pulse.heard();
  pulse.lost();
  expect(pulse.healthy()).toBe(false);
});

test("without Redis and PostgreSQL the bus is this process alone", async () => {
  const bus = openBus({ REDIS_URL: undefined, DATABASE_URL: undefined });
  expect(bus.healthy()).toBe(true);
  await bus.close();
});
