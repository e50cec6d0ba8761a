import { expect, test } from "vitest";
import {
  agoText,
  clockText,
  durationText,
  millisecondsText,
  momentText,
  rowTimeText,
} from "@/components/ui/words/when";

const now = Date.parse("2026-11-21T18:19:22.418Z");

test.each([
  ["2026-11-21T18:19:22.000Z", "just now"],
  ["2026-11-21T18:19:18.000Z", "4 s ago"],
  ["2026-11-21T18:07:22.000Z", "12 min ago"],
  ["2026-11-21T09:19:22.000Z", "9 h ago"],
  ["2026-11-18T18:19:22.000Z", "3 d ago"],
  ["2026-11-02T18:19:22.000Z", "2 Nov"],
  ["2025-11-02T18:19:22.000Z", "2 Nov 2025"],
])("%s is %s", (at, words) => {
  expect(agoText(at, now)).toBe(words);
});

test.each([
  [2.1, "2.1 µs"],
  [110, "110 µs"],
  [1_800, "1.8 ms"],
  [84_000, "84 ms"],
  [1_902_000, "1.9 s"],
])("%d µs reads %s", (us, words) => {
  expect(durationText(us)).toBe(words);
});

test("a column of milliseconds keeps what matters at each size", () => {
  expect([110, 21_400, 1_902_000].map(millisecondsText)).toEqual(["0.11", "21.4", "1,902"]);
});

test("clock times and moments are UTC wherever the reader is", () => {
  expect(clockText("2026-11-21T20:19:22.418+02:00")).toBe("18:19:22.418");
  expect(momentText("2026-11-21T20:19:22.418+02:00")).toBe("21 Nov 2026, 18:19:22");
});

test("a row of a stream tells its time of day, and on another day its date too", () => {
  const nowMs = Date.parse("2026-11-22T10:00:00Z");
  expect(rowTimeText("2026-11-22T00:00:00.001Z", nowMs)).toBe("00:00:00.001");
  expect(rowTimeText("2026-11-21T23:59:59.999Z", nowMs)).toBe("21 Nov 23:59");
});
