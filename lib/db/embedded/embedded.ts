import { mkdirSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { dataDirectoryTag } from "@/lib/env";
import { lockDataDirectory } from "@/lib/db/embedded/data-directory-lock";

/** A running embedded database. */
export interface EmbeddedDatabase {
  /** For `pg` and Prisma. */
  url: string;
  /** Checkpoints, closes and gives the directory back. */
  close(): Promise<void>;
}

/**
 * The address of the embedded database of `dataDirectory` while some process has it open.
 * The socket lives in the system's temporary directory because socket paths end at about 100 characters.
 */
export function embeddedUrl(dataDirectory: string): string {
  return `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(socketDirectory(dataDirectory))}`;
}

/** Starts PGlite on `dataDirectory` in a worker thread; refuses a directory that another process has open. */
export async function openEmbedded(dataDirectory: string): Promise<EmbeddedDatabase> {
  mkdirSync(dataDirectory, { recursive: true });
  const unlock = lockDataDirectory(dataDirectory);
  try {
    const directory = socketDirectory(dataDirectory);
    const socketPath = path.join(directory, ".s.PGSQL.5432");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    rmSync(socketPath, { force: true });
    const worker = await startWorker({ directory: path.join(dataDirectory, "database"), socketPath });
    return { url: embeddedUrl(dataDirectory), close: () => stopWorker(worker).finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function socketDirectory(dataDirectory: string): string {
  mkdirSync(dataDirectory, { recursive: true });
  return path.join(os.tmpdir(), `latchkey-${dataDirectoryTag(realpathSync(dataDirectory))}`);
}

/** Found from the working directory, not from this module, because Next bundles this module elsewhere. */
const workerFile = () => path.join(process.cwd(), "lib/db/embedded/embedded-worker.mjs");

function startWorker(workerData: { directory: string; socketPath: string }): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData });
    worker.once("message", () => resolve(worker));
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`The embedded database stopped while starting (code ${code})`)),
    );
  });
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once("exit", () => resolve());
    worker.postMessage({ kind: "stop" });
  });
}
