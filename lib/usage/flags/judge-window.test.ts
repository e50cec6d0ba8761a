import { describe, expect, test } from "vitest";
import {
  historyEndsMinutesAgo,
  judgeWindow,
  pValueMax,
  windowMinutes,
  type Finding,
  type FlagKind,
  type History,
  type Window,
} from "@/lib/usage/flags/judge-window";
import { betaBinomialTail, lnGamma, negativeBinomialTail } from "@/lib/usage/flags/tails";

const day = 24 * 60;

function numbersFrom(seed: number) {
  let state = (seed * 7_919 + 1) % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A Poisson count by inversion in steps of at most 30, which keeps exp() from vanishing. */
function poisson(mean: number, next: () => number): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 30) {
    const floor = Math.exp(-Math.min(rest, 30));
    for (let product = next(); product > floor; product *= next()) count += 1;
  }
  return count;
}

function binomial(trials: number, share: number, next: () => number): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial += 1) if (next() < share) count += 1;
  return count;
}

interface Traffic {
  /** Mean calls of a minute. */
  calls(minute: number, next: () => number): number;
  denied: number;
  errors: number;
}

function minutesOf(traffic: Traffic, minutes: number, next: () => number): Window[] {
  return Array.from({ length: minutes }, (_, minute) => {
    const calls = poisson(traffic.calls(minute, next), next);
    return {
      calls,
      denied: binomial(calls, traffic.denied, next),
      errors: binomial(calls, traffic.errors, next),
    };
  });
}

const add = (minutes: readonly Window[]): Window =>
  minutes.reduce(
    (sum, one) => ({
      calls: sum.calls + one.calls,
      denied: sum.denied + one.denied,
      errors: sum.errors + one.errors,
    }),
    { calls: 0, denied: 0, errors: 0 },
  );

function historyOf(minutes: readonly Window[]): History {
  const windows: Window[] = [];
  for (let at = 0; at + windowMinutes <= minutes.length; at += windowMinutes)
    windows.push(add(minutes.slice(at, at + windowMinutes)));
  const sum = (of: (window: Window) => number) => windows.reduce((all, window) => all + of(window), 0);
  const share = (of: (window: Window) => number) => ({
    bad: sum(of),
    badSquaredByCalls: sum((window) => (window.calls === 0 ? 0 : of(window) ** 2 / window.calls)),
  });
  return {
    windows: windows.length,
    calls: sum((window) => window.calls),
    callsSquared: sum((window) => window.calls ** 2),
    callsMax: Math.max(0, ...windows.map((window) => window.calls)),
    denied: share((window) => window.denied),
    errors: share((window) => window.errors),
  };
}

/** Looks every minute of the last `looked` minutes as the watch does; answers the findings that flag. */
function flagsIn(minutes: readonly Window[], looked: number): (Finding & { minute: number })[] {
  const found: (Finding & { minute: number })[] = [];
  let history = historyOf([]);
  for (let end = minutes.length - looked; end <= minutes.length; end += 1) {
    if ((end - minutes.length + looked) % 60 === 0)
      history = historyOf(minutes.slice(0, Math.max(0, end - historyEndsMinutesAgo)));
    const window = add(minutes.slice(Math.max(0, end - windowMinutes), end));
    for (const finding of judgeWindow(window, history))
      if (finding.unusual) found.push({ ...finding, minute: end - (minutes.length - looked) });
  }
  return found;
}

const steady = (perMinute: number): Traffic => ({ calls: () => perMinute, denied: 0.02, errors: 0.01 });

/** Kinds of traffic that are as ever, however they look. */
const usual: Record<string, Traffic> = {
  busy: steady(20),
  slow: steady(0.5),
  "day and night": {
    calls: (minute) => 6 * (1 + 0.9 * Math.sin((2 * Math.PI * minute) / day)),
    denied: 0.02,
    errors: 0.01,
  },
  "a job every hour": { calls: (minute) => (minute % 60 === 0 ? 300 : 0.2), denied: 0.01, errors: 0 },
  bursts: { calls: (_, next) => 8 * -Math.log(1 - next()), denied: 0.05, errors: 0.02 },
};

/** Tails longer than those of any of the distributions that it is held against. */
const wild: Traffic = {
  calls: (_, next) => 4 * -Math.log(1 - next()) * -Math.log(1 - next()),
  denied: 0.05,
  errors: 0.02,
};

describe("traffic that is as ever", () => {
  test.each([
    ...Object.entries(usual).map(([name, traffic]) => [name, traffic, 0] as const),
    ["wild bursts, but on one day in twenty", wild, 2] as const,
  ])("is not flagged: %s", (_, traffic, flaggedMax) => {
    let flagged = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const minutes = minutesOf(traffic, 8 * day, numbersFrom(seed));
      if (flagsIn(minutes, day).length > 0) flagged += 1;
    }
    expect(flagged).toBeLessThanOrEqual(flaggedMax);
  });

  test("is flagged at most once in a hundred keys in a day of looks, over 200 keys", () => {
    let flagged = 0;
    for (let seed = 1_000; seed < 1_200; seed += 1) {
      const minutes = minutesOf(steady(1 + (seed % 10)), 3 * day, numbersFrom(seed));
      if (flagsIn(minutes, day).length > 0) flagged += 1;
    }
    expect(flagged).toBeLessThanOrEqual(2);
  });
});

describe("a change", () => {
  const changes: [FlagKind, Partial<Traffic>][] = [
    ["calls", { calls: () => 100 }],
    ["denials", { denied: 0.3 }],
    ["errors", { errors: 0.3 }],
  ];
  test.each(changes)("of %s is flagged within ten minutes, whatever the seed", (kind, change) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = numbersFrom(seed);
      const before = minutesOf(steady(20), 7 * day, next);
      const minutes = [...before, ...minutesOf({ ...steady(20), ...change }, 12, next)];
      const first = flagsIn(minutes, 12).find((finding) => finding.kind === kind);
      expect(first?.minute).toBeLessThanOrEqual(10);
      expect(first?.minute).toBeGreaterThan(0);
    }
  });

  test("is not flagged for a new key, a quiet one or one that falls silent", () => {
    const next = numbersFrom(5);
    const loud = minutesOf(steady(100), 30, next);
    expect(flagsIn([...minutesOf(steady(20), day / 2, next), ...loud], 30)).toEqual([]);
    expect(flagsIn([...minutesOf(steady(0.005), 7 * day, next), ...loud], 30)).toEqual([]);
    expect(
      flagsIn([...minutesOf(steady(20), 7 * day, next), ...minutesOf(steady(0.1), 30, next)], 30),
    ).toEqual([]);
  });
});

describe("the tails", () => {
  test("equal sums of their distributions, and reach far below the bound", () => {
    const choose = (n: number, k: number) => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
    const negativeBinomial = (k: number, mean: number, shape: number) =>
      Math.exp(
        lnGamma(k + shape) -
          lnGamma(shape) -
          lnGamma(k + 1) +
          shape * Math.log(shape / (shape + mean)) +
          k * Math.log(mean / (shape + mean)),
      );
    for (const [mean, shape, seen] of [
      [3, 2, 5],
      [40, 0.7, 100],
      [200, 50, 260],
    ] as const) {
      let below = 0;
      for (let k = 0; k < seen; k += 1) below += negativeBinomial(k, mean, shape);
      expect(negativeBinomialTail(seen, { mean, shape })).toBeCloseTo(1 - below, 10);
    }
    const [trials, share, strength] = [60, 0.1, 25];
    const lnBeta = (a: number, b: number) => lnGamma(a) + lnGamma(b) - lnGamma(a + b);
    let above = 0;
    for (let k = 15; k <= trials; k += 1)
      above += Math.exp(
        choose(trials, k) +
          lnBeta(k + share * strength, trials - k + (1 - share) * strength) -
          lnBeta(share * strength, (1 - share) * strength),
      );
    expect(betaBinomialTail(15, { trials, share, strength })).toBeCloseTo(above, 10);
    expect(negativeBinomialTail(10_000, { mean: 100, shape: 1e6 })).toBeLessThan(pValueMax ** 3);
    expect(betaBinomialTail(200_000, { trials: 1_000_000, share: 0.02, strength: 1e4 })).toBeLessThan(
      pValueMax,
    );
  });
});
