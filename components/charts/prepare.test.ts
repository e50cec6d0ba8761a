import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  axisLabels,
  columnAt,
  columnEdges,
  compactText,
  fillGaps,
  fittingLabels,
  linePaths,
  niceTicks,
  spanText,
  sparkPaths,
  stackPaths,
  tickText,
  totalsOf,
} from "@/components/charts/prepare";

describe("ticks", () => {
  test.each([
    [191_000, [200_000, 150_000, 100_000, 50_000, 0]],
    [86_000, [100_000, 75_000, 50_000, 25_000, 0]],
    [118_000, [120_000, 90_000, 60_000, 30_000, 0]],
    [7, [8, 6, 4, 2, 0]],
    [0, [4, 3, 2, 1, 0]],
  ])("of %i are numbers that are easy to say", (largest, values) => {
    expect(niceTicks(largest).values).toEqual(values);
  });

  test("are never below the largest value, even, and whole for counts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (largest) => {
        const { top, values } = niceTicks(largest);
        expect(top).toBeGreaterThanOrEqual(largest);
        expect(values).toHaveLength(5);
        expect(values.every(Number.isInteger)).toBe(true);
      }),
    );
  });

  test("of a rate may be fractions", () => {
    expect(niceTicks(0.03, { whole: false }).values).toEqual([0.03, 0.0225, 0.015, 0.0075, 0]);
  });

  test.each([
    [0, "0"],
    [750, "750"],
    [150_000, "150 k"],
    [2_500_000, "2.5 M"],
  ])("%d reads %s", (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});

describe("counts in words", () => {
  test.each([
    [0, "0"],
    [9204, "9,204"],
    [88_210, "88 k"],
    [999_499, "999 k"],
    [999_600, "1.00 M"],
    [4_819_257, "4.82 M"],
    [12_300_000, "12.3 M"],
  ])("%i is %s", (count, text) => {
    expect(compactText(count)).toBe(text);
  });
});

describe("a series", () => {
  const hour = 3_600_000;

  test("with empty spans left out is made whole", () => {
    const known = [{ at: "2025-11-21T02:00:00.000Z", values: [5, 1] }];
    expect(fillGaps(known, { from: "2025-11-21T00:00:00.000Z", stepMs: hour, count: 4, width: 2 })).toEqual([
      { at: "2025-11-21T00:00:00.000Z", values: [0, 0] },
      { at: "2025-11-21T01:00:00.000Z", values: [0, 0] },
      { at: "2025-11-21T02:00:00.000Z", values: [5, 1] },
      { at: "2025-11-21T03:00:00.000Z", values: [0, 0] },
    ]);
  });

  test("adds up per kind of outcome", () => {
    const columns = [
      { at: "", values: [3, 1] },
      { at: "", values: [4, 0] },
    ];
    expect(totalsOf(columns, 2)).toEqual([7, 1]);
  });
});

describe("bars", () => {
  test("stand on whole pixels, do not touch, and fill the width to the last pixel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 300, max: 1400 }), (count, width) => {
        const edges = columnEdges({ count, width });
        edges.forEach((edge, index) => {
          const next = edges[index + 1];
          expect(Number.isInteger(edge.x) && Number.isInteger(edge.width)).toBe(true);
          if (next) expect(next.x - edge.x - edge.width).toBe(width / count < 8 ? 1 : 3);
          else expect(edge.x + edge.width).toBe(width);
        });
      }),
    );
  });

  test("are stacked with a pixel between, and what is less than a pixel is left out", () => {
    const columns = [{ at: "", values: [50, 0.4, 20] }];
    expect(stackPaths(columns, 3, { width: 10, height: 100, top: 100 })).toEqual([
      "M0 100v-50h10v50z",
      "",
      "M0 49v-20h10v20z",
    ]);
  });

  test("under the pointer are found at both ends", () => {
    expect(columnAt(-5, { count: 4, width: 100 })).toBe(0);
    expect(columnAt(26, { count: 4, width: 100 })).toBe(1);
    expect(columnAt(400, { count: 4, width: 100 })).toBe(3);
  });
});

test("a line is broken where a value is missing, and each piece has its own area", () => {
  const { line, area } = linePaths([0, 10, null, 10, 5], { width: 40, height: 10, top: 10 });
  expect(line).toBe("M0 10L10 0M30 0L40 5");
  expect(area).toBe("M0 10L10 0L10 10L0 10ZM30 0L40 5L40 10L30 10Z");
});

describe("a sparkline", () => {
  test("keeps a floor of one pixel for a day without calls, and never hides a refusal", () => {
    const days = [
      { ok: 0, bad: 0 },
      { ok: 1000, bad: 1 },
      { ok: 0, bad: 500 },
    ];
    expect(sparkPaths(days, { height: 20, bar: 3 })).toEqual({
      ok: "M1.5 20v-1M5.5 20v-19",
      bad: "M5.5 1v-1M9.5 20v-10",
      width: 11,
    });
  });
});

describe("times", () => {
  test("of a span are said with its day", () => {
    expect(spanText("2025-11-21T15:00:00Z", 10_800)).toBe("Fri 21 Nov, 15:00–18:00");
    expect(spanText("2025-11-21T00:00:00Z", 86_400)).toBe("Fri 21 Nov");
  });

  const from = (start: string, seconds: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      new Date(Date.parse(start) + index * seconds * 1000).toISOString(),
    );

  test("of a week are its days, each below its own middle", () => {
    const labels = axisLabels(from("2025-11-15T00:00:00Z", 10_800, 56), 10_800);
    expect(labels.map(({ text }) => text)).toEqual([
      "Sat 15",
      "Sun 16",
      "Mon 17",
      "Tue 18",
      "Wed 19",
      "Thu 20",
      "Fri 21",
    ]);
    expect(labels[0]?.place).toBeCloseTo(1 / 14);
  });

  test("of a month are weekly dates that end today", () => {
    const labels = axisLabels(from("2025-10-23T00:00:00Z", 86_400, 30), 86_400);
    expect(labels.map(({ text }) => text)).toEqual(["24 Oct", "31 Oct", "7 Nov", "14 Nov", "21 Nov"]);
  });

  test("of a day are clock times", () => {
    const labels = axisLabels(from("2025-11-20T19:00:00Z", 3600, 24), 3600);
    expect(labels.map(({ text }) => text)).toEqual(["19:00", "01:00", "07:00", "13:00"]);
    const points = axisLabels(from("2025-11-20T19:00:00Z", 3600, 25), 3600, "points");
    expect(points.at(-1)).toEqual({ place: 1, text: "19:00" });
  });

  test("on a narrow chart leave out what would touch, and keep the newest", () => {
    const week = axisLabels(from("2025-11-15T09:00:00Z", 10_800, 56), 10_800);
    const wide = fittingLabels(week, 760);
    expect(wide).toEqual(week);
    const narrow = fittingLabels(week, 200);
    expect(narrow.length).toBeLessThan(week.length);
    expect(narrow.at(-1)).toEqual(week.at(-1));
    narrow.slice(1).forEach(({ place }, at) => {
      expect((place - (narrow[at]?.place ?? 0)) * 200).toBeGreaterThan(40);
    });
  });
});
