import { Pool } from "undici";

/** Calls at a steady rate, whatever the answers take. */
interface SteadyCalls {
  origin: string;
  perSecond: number;
  seconds: number;
  /** The next call, and a name under which it is counted. */
  next: (elapsedSeconds: number) => {
    name: string;
    path: string;
    method: "GET" | "POST";
    headers: Record<string, string>;
    body?: string;
  };
  /** Whether an answer is what the caller wanted. */
  isGood: (status: number, body: string) => boolean;
}

/** What came of them. */
export interface CallsMade {
  made: number;
  byName: Map<string, number>;
  /** Status and body, or error, of calls that failed; at most ten. */
  failures: string[];
  failed: number;
  /** Of the answer, in milliseconds. */
  latencyMs: { p50: number; p99: number; max: number };
  seconds: number;
}

/** Makes the calls on 32 connections and waits for every answer. A late start is caught up, so that the count is exact. */
export async function steadyCalls({
  origin,
  perSecond,
  seconds,
  next,
  isGood,
}: SteadyCalls): Promise<CallsMade> {
  const pool = new Pool(origin, { connections: 32 });
  const byName = new Map<string, number>();
  const failures: string[] = [];
  const latencies: number[] = [];
  const open = new Set<Promise<void>>();
  const startedMs = performance.now();
  const call = async () => {
    const { name, path, method, headers, body = null } = next((performance.now() - startedMs) / 1_000);
    byName.set(name, (byName.get(name) ?? 0) + 1);
    const sentMs = performance.now();
    try {
      const answer = await pool.request({ path, method, headers, body });
      const text = await answer.body.text();
      if (!isGood(answer.statusCode, text)) failures.push(`${answer.statusCode} ${text}`);
    } catch (error) {
      failures.push(String(error));
    }
    latencies.push(performance.now() - sentMs);
  };
  const wanted = perSecond * seconds;
  for (let made = 0; made < wanted;) {
    const due = Math.min(wanted, Math.ceil(((performance.now() - startedMs) / 1_000) * perSecond));
    for (; made < due; made += 1) {
      const one = call();
      open.add(one);
      void one.finally(() => open.delete(one));
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(open);
  await pool.close();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
  return {
    made: wanted,
    byName,
    failures: failures.slice(0, 10),
    failed: failures.length,
    latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}
