import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { StartRefused } from "@/lib/process/start-refused";

const Holder = z.object({ pid: z.number().int(), startedAt: z.string() });

/** Another process has this DATA_DIR open. The message says which and what to do. */
export class DataDirectoryInUse extends StartRefused {}

/**
 * Takes `directory` for this process; returns how to give it back. A lock left by a killed process is taken over:
 * its holder is known by pid and start time, and only one of several takers can win the rename.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, "latchkey.lock");
  const mine = JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) ?? "" });
  for (let tries = 0; tries < 5; tries++) {
    if (createExclusively(file, mine)) return () => release(file, mine);
    const holder = readHolder(file);
    if (holder !== null && isAlive(holder)) throw inUse(directory, holder.pid);
    moveAway(file);
  }
  throw inUse(directory, null);
}

function inUse(directory: string, pid: number | null): DataDirectoryInUse {
  const who = pid === null ? "another process" : `process ${pid}`;
  return new DataDirectoryInUse(
    `The data directory ${directory} is in use by ${who}. Stop it, set another DATA_DIR, or use PostgreSQL through DATABASE_URL.`,
  );
}

function createExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

function readHolder(file: string): z.output<typeof Holder> | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** A pid may be used again by another program, so its start time must fit as well. */
function isAlive(holder: z.output<typeof Holder>): boolean {
  if (holder.pid === process.pid) return holder.startedAt === (startTime(process.pid) ?? "");
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isErrno(error, "EPERM");
  }
  const started = startTime(holder.pid);
  return started === null || holder.startedAt === "" || started === holder.startedAt;
}

/** Clock ticks since boot at which the process began, or `ended`, where /proc tells; else null. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A killed process stays listed until its parent asks for it, which in containers may be never.
    return fields[0] === "Z" ? "ended" : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function moveAway(file: string): void {
  const aside = `${file}.${process.pid}.${Date.now()}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

function release(file: string, mine: string): void {
  try {
    if (readFileSync(file, "utf8") === mine) rmSync(file);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
