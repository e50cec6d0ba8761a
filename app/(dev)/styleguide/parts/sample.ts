/** Plausible numbers that are the same at every run. */
function noise(seed: number, index: number): number {
  const value = Math.sin(seed * 127.1 + index * 311.7) * 43758.5453;
  return value - Math.floor(value);
}

/** Thirty days of a key; the third kind falls silent. */
export function days(seed: number) {
  return Array.from({ length: 30 }, (_, index) => ({
    ok: seed === 3 && index > 18 ? 0 : Math.round(200 + 600 * noise(seed, index)),
    bad: noise(seed + 9, index) > 0.75 ? Math.round(90 * noise(seed + 5, index) * seed) : 0,
  }));
}

/** A week of calls in spans of three hours: ok, limited, denied, error. */
export function week() {
  const begin = Date.UTC(2025, 10, 15);
  return Array.from({ length: 56 }, (_, index) => {
    const daily = 0.55 - 0.45 * Math.cos(((index % 8) / 8) * 2 * Math.PI);
    const ok = Math.round(30_000 + 130_000 * daily * (0.8 + 0.4 * noise(1, index)));
    return {
      at: new Date(begin + index * 10_800_000).toISOString(),
      values: [
        ok,
        noise(2, index) > 0.9 ? 9000 : 200,
        index > 52 ? 21_000 : noise(3, index) > 0.8 ? 3000 : 60,
        noise(4, index) > 0.93 ? 6000 : 30,
      ],
    };
  });
}

/** Two secrets during an overlap, calls a minute. */
export function overlap() {
  return Array.from({ length: 60 }, (_, index) => {
    const moved = 1 / (1 + Math.exp(-(index - 27) / 3));
    const jitter = 8 * noise(7, index);
    return {
      fresh: index < 18 ? null : Math.round(82 * moved + jitter),
      old: Math.round(86 - 80 * moved + jitter / 2),
    };
  });
}
