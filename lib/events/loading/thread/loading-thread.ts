import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { LoadingLoop } from "@/lib/events/loading/loading-loop";
import type { SpoolLoading } from "@/lib/events/loading/load-spools";
import type {
  LoadingAnswer,
  LoadingRequest,
  LoadingThreadData,
} from "@/lib/events/loading/thread/worker-messages";
import { log } from "@/lib/log";
import { nodeName } from "@/lib/process/node-name";

/** Loading in a thread of its own. */
export interface LoadingThread extends LoadingLoop {
  /** Tells which workspaces are followed now. */
  follow(workspaceIds: string[]): void;
}

const sampleEveryMs = 100;
const restartAfterMs = 1_000;

/** The built thread, else its source, which the loader of the process's own source reads. */
function entry(): URL {
  const built = path.join(process.cwd(), "dist/loading-worker.mjs");
  const source = path.join(process.cwd(), "lib/events/loading/thread/worker-source.mjs");
  const runsBuilt = process.argv[1]?.endsWith("server.mjs") === true && existsSync(built);
  return pathToFileURL(runsBuilt ? built : source);
}

type Parts = Omit<SpoolLoading, "live" | "busy"> & { databaseUrl: string };

/** Starts the thread, and again if it dies: what it had not loaded is still spooled. */
export function startLoadingThread(parts: Parts): LoadingThread {
  const { report, ...data } = parts;
  const busy = new SharedArrayBuffer(4);
  const waiting = new Map<number, (done: boolean) => void>();
  let followed: string[] = [];
  let asked = 0;
  let worker: Worker | null = start();
  let stopped: (() => void) | null = null;
  const sampling = sampleBusy(new Int32Array(busy));

  function start(): Worker {
    const workerData: LoadingThreadData = { ...data, nodeName: nodeName(), busy };
    const started = new Worker(entry(), { workerData });
    started.unref();
    started.on("message", hear);
    started.on("error", (error) => log.error({ err: error }, "the loading thread failed"));
    started.once("exit", ended);
    ask({ kind: "live", workspaceIds: followed }, started);
    return started;
  }

  function ended(): void {
    worker = null;
    for (const resolve of waiting.values()) resolve(false);
    waiting.clear();
    if (stopped !== null) return stopped();
    setTimeout(() => (worker = stopped === null ? start() : null), restartAfterMs).unref();
  }

  function hear(answer: LoadingAnswer): void {
    switch (answer.kind) {
      case "report":
        return report(answer.report);
      case "flushed":
        waiting.get(answer.number)?.(answer.done);
        waiting.delete(answer.number);
        return;
      case "stopped":
        return;
    }
  }

  function ask(request: LoadingRequest, of = worker): void {
    of?.postMessage(request);
  }

  return {
    wake: () => ask({ kind: "wake" }),
    follow(workspaceIds) {
      followed = workspaceIds;
      ask({ kind: "live", workspaceIds });
    },
    flush(timeoutMs) {
      if (worker === null) return Promise.resolve(false);
      const number = (asked += 1);
      ask({ kind: "flush", number, timeoutMs });
      return new Promise((resolve) => waiting.set(number, resolve));
    },
    stop() {
      clearInterval(sampling);
      if (worker === null) return Promise.resolve();
      ask({ kind: "stop" });
      return new Promise((resolve) => (stopped = resolve));
    },
  };
}

/** Keeps the share of time that this thread works, in thousandths. */
function sampleBusy(into: Int32Array): NodeJS.Timeout {
  let last = performance.eventLoopUtilization();
  return setInterval(() => {
    const now = performance.eventLoopUtilization();
    Atomics.store(into, 0, Math.round(performance.eventLoopUtilization(now, last).utilization * 1_000));
    last = now;
  }, sampleEveryMs).unref();
}
