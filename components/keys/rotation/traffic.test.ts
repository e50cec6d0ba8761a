import { expect, test } from "vitest";
import { lastHour, overlapTraffic, shareText } from "@/components/keys/rotation/traffic";

const secret = (secretId: string, series: number[]) => ({
  secretId,
  masked: null,
  current: false,
  expiresAt: null,
  lastUsedAt: null,
  calls: 0,
  series,
});

test("the split of an overlap is that of the last hour, not of the day", () => {
  const usage = { bySecret: [secret("new", [0, 0, 80, 14]), secret("old", [900, 900, 5, 1])] };
  expect(overlapTraffic(usage, "old")).toEqual({ newCalls: 94, oldCalls: 6, newShare: 0.94 });
});

test("without calls there is no share", () => {
  expect(overlapTraffic({ bySecret: [] }, "old").newShare).toBeNull();
  expect(lastHour([])).toBe(0);
});

test("a share that is nearly all is not said to be all", () => {
  expect([0, 0.0001, 0.941, 0.9999, 1].map(shareText)).toEqual([
    "0 %",
    "< 0.1 %",
    "94.1 %",
    "> 99.9 %",
    "100 %",
  ]);
});
