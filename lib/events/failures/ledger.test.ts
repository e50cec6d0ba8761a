import fc from "fast-check";
import { expect, test } from "vitest";
import type { FailedAuthentication } from "@/lib/events/failures/failed-authentication";
import { apart, createFailureLedger, type Tally } from "@/lib/events/failures/ledger";

const failure = (changes: Partial<FailedAuthentication> = {}): FailedAuthentication => ({
  workspaceId: "wsp_1",
  via: "api",
  reason: "NOT_FOUND",
  address: "203.0.113.7",
  key: null,
  prefix: "lk_live",
  secretId: null,
  ...changes,
});

const sum = (tallies: readonly Tally[]) => tallies.reduce((total, { count }) => total + count, 0);

test("failures of one kind are one tally with their number and their first and last time", () => {
  const ledger = createFailureLedger();
  for (const atMs of [0, 300, 900]) ledger.note(failure(), atMs);
  expect(ledger.take(999)).toEqual([]);
  expect(ledger.take(1_000)).toMatchObject([{ count: 3, firstMs: 0, lastMs: 900, merged: false }]);
  ledger.note(failure(), 2_000);
  expect(ledger.take(5_999)).toEqual([]);
  expect(ledger.take(6_000)).toMatchObject([{ count: 1, firstMs: 2_000 }]);
});

test("a clock that is set back holds nothing longer than its usual wait", () => {
  const ledger = createFailureLedger();
  const hour = 3_600_000;
  ledger.note(failure(), hour);
  expect(ledger.take(900)).toMatchObject([{ count: 1 }]);
  ledger.note(failure(), 1_000);
  expect(ledger.take(1_000)).toEqual([]);
  expect(ledger.take(900 + 5_000)).toMatchObject([{ count: 1 }]);
});

test("what differs in reason, address, key, prefix or way in is told apart", () => {
  const ledger = createFailureLedger();
  const key = { workspaceId: "wsp_1", id: "key_1", name: "k" };
  const kinds = [
    failure(),
    failure({ reason: "REVOKED", key }),
    failure({ reason: "REVOKED", key: { ...key, id: "key_2" } }),
    failure({ address: null }),
    failure({ prefix: "acme_live" }),
    failure({ via: "gateway" }),
    failure({ workspaceId: "wsp_2" }),
  ];
  for (const kind of kinds) ledger.note(kind, 0);
  expect(ledger.take(1_000)).toHaveLength(kinds.length);
});

test("a flood from ever new addresses is merged, shows five of them and counts them all", () => {
  const ledger = createFailureLedger();
  for (let index = 0; index < 100_000; index += 1) ledger.note(failure({ address: `10.0.0.${index}` }), 0);
  const tallies = ledger.take(1_000);
  expect(tallies).toHaveLength(apart.perWorkspace.most + 1);
  expect(sum(tallies)).toBe(100_000);
  const merged = tallies.filter((tally) => tally.merged);
  expect(merged).toMatchObject([
    { count: 100_000 - apart.perWorkspace.most, failure: { address: null, prefix: null } },
  ]);
  expect(merged[0]?.addresses).toHaveLength(5);
});

test("a flood over ever new workspaces, prefixes and ids stays bounded in memory and in entries", () => {
  const ledger = createFailureLedger();
  for (let index = 0; index < 50_000; index += 1) {
    ledger.note(failure({ workspaceId: `wsp_${index}` }), 0);
    ledger.note(failure({ workspaceId: null, prefix: `p${index}_live`, secretId: `id${index}` }), 0);
  }
  const tallies = ledger.take(1_000);
  expect(tallies.length).toBeLessThan(1_400);
  expect(sum(tallies)).toBe(100_000);
});

test("the same failure all day is written a hundred and some times, and nothing of it is lost", () => {
  const ledger = createFailureLedger();
  let [written, counted] = [0, 0];
  for (let second = 0; second < 86_400; second += 1) {
    ledger.note(failure(), second * 1_000);
    const tallies = ledger.take(second * 1_000);
    written += tallies.length;
    counted += sum(tallies);
  }
  expect(written).toBeLessThan(160);
  expect(counted + sum(ledger.takeAll())).toBe(86_400);
});

test("a day of a flood from ever new addresses over a hundred workspaces is bounded to some ten thousand entries", () => {
  const ledger = createFailureLedger();
  let [written, counted] = [0, 0];
  for (let second = 0; second < 86_400; second += 1) {
    ledger.note(failure({ workspaceId: `wsp_${second % 100}`, address: `${second}` }), second * 1_000);
    const tallies = ledger.take(second * 1_000);
    written += tallies.length;
    counted += sum(tallies);
  }
  expect(written).toBeLessThan(35_000);
  expect(counted + sum(ledger.takeAll())).toBe(86_400);
});

test("whatever comes and whenever it is taken, every failure is in exactly one tally", () => {
  const step = fc.record({
    failure: fc.record({
      workspaceId: fc.constantFrom(null, "wsp_1", "wsp_2"),
      reason: fc.constantFrom("MALFORMED", "REVOKED"),
      address: fc.constantFrom(null, "a", "b", "c"),
      prefix: fc.constantFrom(null, "lk_live", "x_test"),
    }),
    times: fc.nat(40),
    afterMs: fc.integer({ min: -2_000, max: 70_000 }),
    take: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ledger = createFailureLedger();
      let [nowMs, noted, counted] = [0, 0, 0];
      for (const { failure: changes, times, afterMs, take } of steps) {
        nowMs += afterMs;
        for (let index = 0; index < times; index += 1)
          ledger.note(failure({ ...changes, secretId: `${noted % 37}` }), nowMs);
        noted += times;
        if (take) counted += sum(ledger.take(nowMs));
      }
      expect(counted + sum(ledger.takeAll())).toBe(noted);
    }),
  );
});

test("prefixes that callers make up are forgotten with what was counted of them", () => {
  const ledger = createFailureLedger();
  for (let minute = 0; minute < 600; minute += 1) {
    for (let each = 0; each < 10; each += 1)
      ledger.note(failure({ workspaceId: null, prefix: `made${minute}up${each}_live` }), minute * 60_000);
    ledger.take(minute * 60_000 + 1_000);
  }
  expect(ledger.held()).toBeLessThan(2_000);
  ledger.take(1_200 * 60_000);
  ledger.take(1_300 * 60_000);
  expect(ledger.held()).toBe(0);
});
