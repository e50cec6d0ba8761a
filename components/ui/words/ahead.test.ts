import { expect, test } from "vitest";
import { lengthText, soonText, stopText, untilText } from "@/components/ui/words/ahead";

const now = Date.parse("2025-11-21T18:19:00Z");

test.each([
  ["2025-11-21T19:19:00Z", "19:19"],
  ["2025-11-22T18:19:00Z", "Sat 18:19"],
  ["2025-11-28T18:19:00Z", "28 Nov"],
  ["2026-11-21T18:19:00Z", "21 Nov 2026"],
])("a preset that leads to %s says %s", (at, words) => {
  expect(soonText(at, now)).toBe(words);
});

test("a coming end is said whole, in UTC", () => {
  expect(stopText("2025-11-22T19:19:00+01:00", now)).toBe("Sat 22 Nov, 18:19");
});

test.each([
  ["2025-11-21T18:19:40Z", "in 40 s"],
  ["2025-11-23T22:30:00Z", "in 2 d 4 h"],
  ["2026-03-14T00:00:00Z", "14 Mar 2026"],
])("the way to %s is %s", (at, words) => {
  expect(untilText(at, now)).toBe(words);
});

test("a length keeps its two largest units and leaves out noughts", () => {
  expect([66_161, 86_400, 90_061, 0].map(lengthText)).toEqual(["18 h 22 m", "1 d", "1 d 1 h", "0 s"]);
});
