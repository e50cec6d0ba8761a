import { expect, test } from "vitest";
import { countDelta, durationParts, metricsOf, percentText } from "@/components/overview/metrics";
import type { Overview, UsageTotals } from "@/lib/usage/schema";

const totals = (part: Partial<UsageTotals>): UsageTotals => ({
  ok: 0,
  limited: 0,
  denied: 0,
  error: 0,
  requests: 0,
  errorRate: 0,
  deniedRate: 0,
  p50Us: null,
  p95Us: null,
  cost: 0,
  requestBytes: 0,
  responseBytes: 0,
  ...part,
});
const overview = (now: Partial<UsageTotals>, past: Partial<UsageTotals>): Overview => ({
  range: "7d",
  from: "",
  to: "",
  bucketSeconds: 10_800,
  totals: totals(now),
  previous: totals(past),
  series: [{ at: "2025-11-21T00:00:00Z", ok: 1, limited: 0, denied: 1, error: 2, p50Us: null, p95Us: null }],
  topKeys: [],
  topServices: [],
  counts: { keys: 0, services: 0 },
  attention: [],
});

test.each([
  [1061, 1000, "6.1% more"],
  [960, 1000, "4.0% less"],
  [500, 1000, "50% less"],
  [3400, 1000, "3.4× last week"],
  [1000, 1000, "as before"],
  [0, 0, "as before"],
  [5, 0, "none before"],
])("%i calls after %i reads %s", (now, past, words) => {
  expect(countDelta({ now, past, range: "7d" })).toBe(words);
});

test("shares and durations keep the digits that matter", () => {
  expect([0, 0.0025, 0.031, 0.42].map(percentText)).toEqual(["0", "0.25", "3.1", "42"]);
  expect([null, 84, 41_000, 1_900_000].map(durationParts)).toEqual([
    { value: "—", unit: "" },
    { value: "84", unit: "µs" },
    { value: "41", unit: "ms" },
    { value: "1.9", unit: "s" },
  ]);
});

test("only what got much worse is marked", () => {
  const bad = metricsOf(
    overview(
      { requests: 9, denied: 9, errorRate: 0.2, p95Us: 3_000 },
      { requests: 1, denied: 3, errorRate: 0.1, p95Us: 1_000 },
    ),
  );
  expect(bad.map(({ isBad }) => isBad)).toEqual([false, true, true, true]);
  expect(metricsOf(overview({}, {})).some(({ isBad }) => isBad)).toBe(false);
});

test("a span without calls breaks a rate's line instead of being nought", () => {
  const [, , errors, p95] = metricsOf(overview({}, {}));
  expect(errors?.line).toEqual([0.5]);
  expect(p95?.line).toEqual([null]);
});
