import { describe, expect, test } from "vitest";
import { forecastOf, forecastText } from "@/components/usage/burn-down";

const month = { startsAt: "2026-11-01T00:00:00.000Z", endsAt: "2026-12-01T00:00:00.000Z" };
const on = (day: number) => Date.parse(`2026-11-${String(day).padStart(2, "0")}T00:00:00.000Z`);

describe("the forecast of a quota", () => {
  test("is a straight line: half used after a third of the month is spent after two thirds", () => {
    expect(forecastOf({ limit: 100, used: 50, ...month }, on(11))).toEqual({
      used: 0.5,
      byEnd: 1,
      spentAt: "2026-11-21T00:00:00.000Z",
    });
  });

  test("that does not reach the limit says where it ends", () => {
    const burn = { limit: 1_000, used: 100, ...month };
    expect(forecastOf(burn, on(16))).toEqual({ used: 0.1, byEnd: 0.2, spentAt: null });
    expect(forecastText(burn, on(16))).toBe("At this pace 200 by Tue 1 Dec, 00:00.");
  });

  test.each([
    [{ limit: 10, used: 10, ...month }, "Spent. It begins anew Tue 1 Dec, 00:00."],
    [{ limit: 10, used: 0, ...month }, "Nothing used yet. It begins anew Tue 1 Dec, 00:00."],
    [{ limit: 10, used: null, ...month }, "The limiter does not answer, so nobody can say how much is used."],
    [{ limit: 100, used: 50, ...month }, "At this pace it is spent Sat 21 Nov, 00:00."],
  ])("is said in words: %j", (burn, words) => {
    expect(forecastText(burn, on(11))).toBe(words);
  });

  test("is none in the first moments of a period", () => {
    expect(forecastOf({ limit: 100, used: 5, ...month }, on(1) + 60_000)?.spentAt).toBeNull();
  });
});
