import { expect, test } from "vitest";
import { createSteadyClock } from "@/lib/limits/clock";

test("the limiter's clock follows the machine's forward and never goes back", () => {
  const [machine, sinceStart] = [{ ms: 1_000 }, { ms: 0 }];
  const clock = createSteadyClock(
    () => machine.ms,
    () => sinceStart.ms,
  );
  expect(clock()).toBe(1_000);
  machine.ms = 5_000;
  expect(clock()).toBe(5_000);
  machine.ms = 2_000;
  expect(clock()).toBe(5_000);
});

test("after a step back it goes on at its natural pace until the machine's clock has caught up", () => {
  const [machine, sinceStart] = [{ ms: 10_000 }, { ms: 0 }];
  const clock = createSteadyClock(
    () => machine.ms,
    () => sinceStart.ms,
  );
  clock();
  machine.ms = 7_000;
  sinceStart.ms = 1_500;
  expect(clock()).toBe(11_500);
  machine.ms = 7_500;
  sinceStart.ms = 2_000;
  expect(clock()).toBe(12_000);
  machine.ms = 12_500;
  sinceStart.ms = 2_200;
  expect(clock()).toBe(12_500);
});
