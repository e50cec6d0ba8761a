import path from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** Jobs that may wait for each worker; at about 100 ms a job the last one waits five seconds. */
const waitingPerWorkerMax = 50;

/** bcrypt ignores what follows byte 72; longer text is a mistake of the caller. */
const textBytesMax = 72;

/** A job whose worker dies is tried this often in all. */
const attemptsMax = 2;

interface Job {
  text: string;
  /** To compare with, or null to make a hash. */
  hash: string | null;
  attempts: number;
  resolve(result: string | boolean): void;
  reject(error: Error): void;
}

interface Lane {
  worker: Worker;
  job: Job | null;
}

interface Pool {
  lanes: Lane[];
  waiting: Job[];
  /** Jobs finished since start, for tests and health. */
  finished: number;
}

const pool = processState<Pool>("hash-pool", () => ({ lanes: [], waiting: [], finished: 0 }));

const Reply = z.union([
  z.object({ id: z.literal("job"), result: z.union([z.string(), z.boolean()]) }),
  z.object({ id: z.literal("job"), error: z.string() }),
]);

/**
 * bcrypt of a text of at most 72 bytes (give a digest of anything longer), in a worker thread. Throws `unavailable`
 * with Retry-After when too many wait.
 */
export async function hashText(text: string): Promise<string> {
  return z.string().parse(await run(text, null));
}

/** Whether `hash` was made of `text`; same limits as {@link hashText}. A hash that is none fits nothing. */
export async function compareText(text: string, hash: string): Promise<boolean> {
  return z.boolean().parse(await run(text, hash));
}

/** How much bcrypt this process ran and has waiting. */
export function hashPoolState(): { finished: number; waiting: number; workers: number } {
  return { finished: pool.finished, waiting: pool.waiting.length, workers: pool.lanes.length };
}

/** Ends the workers; jobs that wait are refused. The next job starts new ones. */
export async function closeHashPool(): Promise<void> {
  const { lanes, waiting } = pool;
  pool.lanes = [];
  pool.waiting = [];
  for (const job of [...lanes.map((lane) => lane.job), ...waiting])
    job?.reject(new Problem("unavailable", "This node is stopping."));
  await Promise.all(lanes.map((lane) => lane.worker.terminate()));
}

function run(text: string, hash: string | null): Promise<string | boolean> {
  if (Buffer.byteLength(text) > textBytesMax) throw new Error("bcrypt reads 72 bytes; hash a digest instead");
  const workers = env().HASH_WORKERS;
  if (pool.waiting.length >= waitingPerWorkerMax * workers)
    throw new Problem("unavailable", "Too much bcrypt is waiting on this node.", { retryAfterSeconds: 2 });
  return new Promise((resolve, reject) => {
    pool.waiting.push({ text, hash, attempts: 0, resolve, reject });
    while (pool.lanes.length < workers && pool.lanes.every((lane) => lane.job !== null))
      pool.lanes.push(openLane());
    dispatch();
  });
}

function dispatch(): void {
  for (const lane of pool.lanes) {
    if (lane.job !== null) continue;
    const job = pool.waiting.shift();
    if (job === undefined) return;
    lane.job = job;
    job.attempts += 1;
    lane.worker.ref();
    lane.worker.postMessage({ id: "job", text: job.text, hash: job.hash, cost: env().BCRYPT_COST });
  }
}

/** A worker holds the process open only while it works. */
function openLane(): Lane {
  const worker = new Worker(path.join(process.cwd(), "lib/keys/hashing/hash-worker.mjs"), { execArgv: [] });
  const lane: Lane = { worker, job: null };
  worker.unref();
  worker.on("message", (message: unknown) => settle(lane, message));
  worker.on("error", (error) => log.error({ err: error }, "a hash worker failed"));
  worker.on("exit", () => bury(lane));
  return lane;
}

function settle(lane: Lane, message: unknown): void {
  const { job } = lane;
  lane.job = null;
  lane.worker.unref();
  const reply = Reply.parse(message);
  if ("error" in reply) job?.reject(new Error(reply.error));
  else {
    pool.finished += 1;
    job?.resolve(reply.result);
  }
  dispatch();
}

/** A dead worker is replaced; its job is tried once more, because a crash says nothing about the job. */
function bury(lane: Lane): void {
  const place = pool.lanes.indexOf(lane);
  if (place < 0) return;
  pool.lanes.splice(place, 1);
  const { job } = lane;
  if (job !== null && job.attempts < attemptsMax) pool.waiting.unshift(job);
  else job?.reject(new Problem("unavailable", "A worker of this node stopped.", { retryAfterSeconds: 1 }));
  if (pool.waiting.length > 0) pool.lanes.push(openLane());
  dispatch();
}
