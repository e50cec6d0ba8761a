import { spawn, type ChildProcess } from "node:child_process";
import autocannon from "autocannon";

/** One request, repeated. */
export interface Load {
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
}

/** What one stretch of load gave: answers a second, and their 99th percentile in milliseconds. */
export interface Sample {
  perSecond: number;
  p99Ms: number;
}

const connections = 32;

/** Loads one address for some seconds; any answer but 2xx ends the run, because then something else was measured. */
async function measure(load: Load, seconds: number): Promise<Sample> {
  const result = await autocannon({
    url: load.url,
    method: load.method ?? "GET",
    headers: load.headers ?? {},
    ...(load.body === undefined ? {} : { body: load.body }),
    connections,
    duration: seconds,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${load.url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 };
}

/** Minimum, median and maximum of some numbers. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  return {
    min: sorted[0] ?? NaN,
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    max: sorted.at(-1) ?? NaN,
  };
}

/** A line of the results. `bar` is what the median must reach (ratio) or stay under (limit). */
export interface Row {
  what: string;
  unit: string;
  spread: Spread;
  bar?: { atLeast: number } | { atMost: number };
}

export interface Result {
  title: string;
  note: string;
  rows: Row[];
}

/** How many rounds a comparison takes; BENCH_ROUNDS asks for fewer, in a hurry. */
export function roundsOf(usual: number): number {
  return Math.min(usual, Number(process.env.BENCH_ROUNDS ?? usual));
}

/** A load over HTTP, or anything else that can be loaded for some seconds. */
export type Loadable = Load | ((seconds: number) => Promise<Sample>);

const sample = (load: Loadable, seconds: number) =>
  typeof load === "function" ? load(seconds) : measure(load, seconds);

/** Two loads to compare. */
export interface Pair {
  ours: Loadable;
  other: Loadable;
  rounds: number;
  seconds: number;
  /** Resolves when what our load left to be done is done, so that the other runs on a quiet machine. */
  settled(): Promise<void>;
}

/** Ours against another, in turn, after a warm-up of each; ratios are taken pair by pair. */
export async function compare({ ours, other, rounds, seconds, settled }: Pair) {
  await sample(other, 2);
  await sample(ours, 2);
  await settled();
  const samples: { ours: Sample; other: Sample; settledMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const theirs = await sample(other, seconds);
    const own = await sample(ours, seconds);
    const endedMs = performance.now();
    await settled();
    samples.push({ ours: own, other: theirs, settledMs: performance.now() - endedMs });
  }
  return {
    settledMs: spreadOf(samples.map((sample) => sample.settledMs)),
    ours: spreadOf(samples.map(({ ours }) => ours.perSecond)),
    other: spreadOf(samples.map(({ other }) => other.perSecond)),
    ratio: spreadOf(samples.map(({ ours, other }) => ours.perSecond / other.perSecond)),
    p99Ratio: spreadOf(samples.map(({ ours, other }) => ours.p99Ms / Math.max(other.p99Ms, 1))),
    oursP99: spreadOf(samples.map(({ ours }) => ours.p99Ms)),
    otherP99: spreadOf(samples.map(({ other }) => other.p99Ms)),
  };
}

/** How several loads are compared. */
export interface Contest {
  rounds: number;
  seconds: number;
  settled(): Promise<void>;
}

/** Several loads in turn, each round beginning with another one, after a warm-up of each: answers a second, round by round. */
export async function contest(
  loads: Readonly<Record<string, Loadable>>,
  { rounds, seconds, settled }: Contest,
): Promise<Readonly<Record<string, number[]>>> {
  const named = Object.entries(loads);
  for (const [, load] of named) await sample(load, 2);
  await settled();
  const perSecond: Record<string, number[]> = Object.fromEntries(named.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % named.length;
    for (const [name, load] of [...named.slice(first), ...named.slice(0, first)]) {
      perSecond[name]?.push((await sample(load, seconds)).perSecond);
      await settled();
    }
  }
  return perSecond;
}

/** Starts a TypeScript file as a process of its own and waits for its line `listening <port>`. */
export function startPeer(
  file: string,
  environment: Record<string, string> = {},
): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    env: { ...process.env, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      const port = /listening (\d+)/.exec(chunk.toString())?.[1];
      if (port !== undefined) resolve({ port: Number(port), child });
    });
  });
}

/** Ends a process that {@link startPeer} started. */
export function endPeer(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
