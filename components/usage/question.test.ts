import { describe, expect, test } from "vitest";
import { restOf, sortedGroups, sparkOf, bytesText } from "@/components/usage/groups";
import { askedOf, groupsAsked, isNarrowed, readUsageState } from "@/components/usage/question";
import type { UsageTotals } from "@/lib/usage/schema";

const now = Date.parse("2026-01-15T12:00:00Z");
const read = (search: string) => {
  const params = new URLSearchParams(search);
  return readUsageState((name) => params.get(name));
};

describe("the address of the usage page", () => {
  test("that says nothing, or nonsense, asks for a week by key", () => {
    expect(read("range=9y&by=moon&environment=both")).toEqual(read(""));
    expect(askedOf(read(""), now)).toEqual({ range: "7d" });
    expect(groupsAsked(read(""), now)).toEqual({ range: "7d", limit: 50 });
  });

  test("asks for whole calendar months of UTC by day, also over the turn of a year", () => {
    expect(askedOf(read("range=month"), now)).toEqual({ from: "2026-01-01T00:00:00.000Z", interval: "day" });
    expect(askedOf(read("range=last-month"), now)).toEqual({
      from: "2025-12-01T00:00:00.000Z",
      to: "2026-01-01T00:00:00.000Z",
      interval: "day",
    });
  });

  test("narrows to what it names", () => {
    const state = read("key=key_1&customer=cus_1&service=svc_1&environment=test");
    expect(isNarrowed(state)).toBe(true);
    expect(isNarrowed(read("range=30d"))).toBe(false);
    expect(askedOf(state, now)).toEqual({
      range: "7d",
      key: "key_1",
      customer: "cus_1",
      service: "svc_1",
      environment: "test",
    });
  });
});

const totals = (part: Partial<UsageTotals>): UsageTotals => ({
  ...{ requests: 0, ok: 0, limited: 0, denied: 0, error: 0, cost: 0, requestBytes: 0, responseBytes: 0 },
  ...{ errorRate: 0, deniedRate: 0, p50Us: null, p95Us: null },
  ...part,
});
const group = (id: string, part: Partial<UsageTotals>) => ({
  id,
  name: id,
  totals: totals(part),
  series: [],
});

describe("the groups of the table", () => {
  const groups = [group("a", { requests: 5, p95Us: null }), group("b", { requests: 3, p95Us: 9 })];

  test("stand by the chosen number, without a value last", () => {
    expect(sortedGroups(groups, "requests").map(({ id }) => id)).toEqual(["a", "b"]);
    expect(sortedGroups(groups, "p95Us").map(({ id }) => id)).toEqual(["b", "a"]);
  });

  test("and what they leave out add up to the totals", () => {
    expect(restOf({ totals: totals({ requests: 10, cost: 4 }), groups })).toMatchObject({
      requests: 2,
      cost: 4,
    });
    expect(restOf({ totals: totals({ requests: 8 }), groups })).toBeNull();
  });

  test("draw at most thirty bars, and lose no call", () => {
    const bucket = { at: "", ok: 1, limited: 1, denied: 1, error: 1, p50Us: null, p95Us: null };
    const days = sparkOf({ ...group("a", {}), series: Array.from({ length: 56 }, () => bucket) });
    expect(days.length).toBeLessThanOrEqual(30);
    expect(days.reduce((sum, { ok, bad }) => sum + ok + bad, 0)).toBe(56 * 4);
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [4_200_000, "4.2 MB"],
    [35_000_000_000, "35 GB"],
  ])("%i bytes read %s", (bytes, words) => {
    expect(bytesText(bytes)).toBe(words);
  });
});
