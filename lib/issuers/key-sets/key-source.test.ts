import { beforeAll, describe, expect, it } from "vitest";
import { keySetOf, type KeySet } from "@/lib/issuers/key-sets/key-set";
import {
  refreshAfterMs,
  remoteKeySource,
  renewEveryMs,
  retryAfterMs,
  staleMaxMs,
} from "@/lib/issuers/key-sets/key-source";
import { testKey, type TestKey } from "@/lib/testing/issuer";

let one: TestKey;
let two: TestKey;
beforeAll(async () => {
  [one, two] = [await testKey("one"), await testKey("two")];
});

/** A source over a clock and an address that the test moves. */
function scene() {
  /** Lets readings that began end. */
  const pending: (() => void)[] = [];
  const world = {
    nowMs: 1_000_000,
    readings: 0,
    fails: false,
    keys: [one],
    holds: false,
  };
  const source = remoteKeySource(
    async (): Promise<KeySet> => {
      world.readings += 1;
      if (world.holds) await new Promise<void>((resolve) => pending.push(resolve));
      if (world.fails) throw new Error("answered 500");
      return keySetOf({ keys: world.keys.map(({ publicJwk }) => publicJwk) });
    },
    () => world.nowMs,
  );
  const pass = (ms: number) => (world.nowMs += ms);
  return { world, source, pass, pending };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const kids = (set: KeySet | null) => set?.keys.map(({ jwk }) => jwk.kid) ?? null;

describe("keys at an address", () => {
  it("are not there before the first reading, and callers at once share one", async () => {
    const { world, source } = scene();
    expect(source.state().set).toBeNull();
    const sets = await Promise.all([source.ready(), source.ready(), source.ready()]);
    expect(sets.map(kids)).toEqual([["one"], ["one"], ["one"]]);
    expect(world.readings).toBe(1);
  });

  it("are read again in the background when they are old, and the same set stays the same object", async () => {
    const { world, source, pass } = scene();
    const set = await source.ready();
    pass(refreshAfterMs - 1);
    expect(source.current()).toBe(set);
    expect(world.readings).toBe(1);
    pass(1);
    expect(source.current()).toBe(set);
    await settled();
    expect(world.readings).toBe(2);
    expect(source.current()).toBe(set);
  });

  it("that were rotated are another set after the next reading", async () => {
    const { world, source, pass } = scene();
    const set = await source.ready();
    world.keys = [two];
    pass(refreshAfterMs);
    expect(source.current()).toBe(set);
    await settled();
    expect(kids(source.current())).toEqual(["two"]);
  });

  it("are read anew for an unknown key, once in a while and not for each caller", async () => {
    const { world, source, pass } = scene();
    await source.ready();
    world.keys = [one, two];
    expect(kids(await source.renewed())).toEqual(["one"]);
    expect(world.readings).toBe(1);
    pass(renewEveryMs);
    const sets = await Promise.all([source.renewed(), source.renewed(), source.renewed()]);
    expect(sets.map(kids)).toEqual([
      ["one", "two"],
      ["one", "two"],
      ["one", "two"],
    ]);
    expect(world.readings).toBe(2);
    for (let caller = 0; caller < 100; caller += 1) await source.renewed();
    expect(world.readings).toBe(2);
  });

  it("in an outage count for an hour after they were read, and no longer", async () => {
    const { world, source, pass } = scene();
    const set = await source.ready();
    world.fails = true;
    for (let passed = 0; passed + 60_000 < staleMaxMs; passed += 60_000) {
      pass(60_000);
      expect(source.current()).toBe(set);
      await settled();
    }
    expect(source.state().lastError).toBe("answered 500");
    pass(60_000);
    expect(source.current()).toBeNull();
    expect(await source.ready()).toBeNull();
  });

  it("are there again with the first reading after an outage", async () => {
    const { world, source, pass } = scene();
    await source.ready();
    world.fails = true;
    pass(staleMaxMs);
    expect(await source.ready()).toBeNull();
    world.fails = false;
    pass(retryAfterMs.most);
    expect(kids(await source.ready())).toEqual(["one"]);
    expect(source.state().lastError).toBeNull();
  });

  it("that fail are asked for again after 10 s, then 20, 40 and 60, however many ask", async () => {
    const { world, source, pass } = scene();
    world.fails = true;
    const readAt: number[] = [];
    for (let second = 0; second <= 200; second += 1) {
      const before = world.readings;
      for (let caller = 0; caller < 5; caller += 1) {
        expect(await source.ready()).toBeNull();
        expect(await source.renewed()).toBeNull();
      }
      if (world.readings > before) readAt.push(second);
      expect(world.readings - before).toBeLessThanOrEqual(1);
      pass(1_000);
    }
    expect(readAt).toEqual([0, 10, 30, 70, 130, 190]);
  });

  it("that hang keep nobody waiting who has keys, and are asked for once", async () => {
    const { world, source, pass, pending } = scene();
    const set = await source.ready();
    world.holds = true;
    pass(refreshAfterMs);
    for (let call = 0; call < 50; call += 1) expect(source.current()).toBe(set);
    expect(world.readings).toBe(2);
    expect(await source.ready()).toBe(set);
    pending.forEach((release) => release());
  });
});
