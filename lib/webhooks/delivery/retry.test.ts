import { expect, test } from "vitest";
import { nextDelayMs, triesMax } from "@/lib/webhooks/delivery/retry";

const after = (tries: number, random: number, retryAfterMs: number | null = null) =>
  nextDelayMs({ tries, retryAfterMs }, () => random);

test("attempts follow at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, then no more", () => {
  const seconds = Array.from({ length: triesMax }, (_, index) => after(index + 1, 0)).map((ms) =>
    ms === null ? null : ms / 1_000,
  );
  const hour = 3_600;
  expect(seconds).toEqual([
    5,
    300,
    1_800,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
    null,
  ]);
});

test("waits are spread over a fifth, and a receiver may ask for longer ones, up to a day, never for shorter", () => {
  expect(after(2, 1)).toBe(360_000);
  expect(
    new Set(Array.from({ length: 20 }, () => nextDelayMs({ tries: 3, retryAfterMs: null }))).size,
  ).toBeGreaterThan(10);
  expect(after(1, 0, 120_000)).toBe(120_000);
  expect(after(2, 0, 1_000)).toBe(300_000);
  expect(after(1, 0, 7 * 86_400_000)).toBe(86_400_000);
  expect(after(triesMax, 0, 1_000)).toBeNull();
});
