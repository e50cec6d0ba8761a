import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/** A spool's files are named by number; the highest is the one being written. */
const ending = ".spool";

/** Where segment `number` of the spool in `directory` is. */
export function segmentFile(directory: string, number: number): string {
  return path.join(directory, `${String(number).padStart(10, "0")}${ending}`);
}

/** Numbers of the segments that are there, oldest first. */
export function segmentNumbers(directory: string): number[] {
  return namesIn(directory)
    .filter((name) => /^\d{10}\.spool$/.test(name))
    .map((name) => Number(name.slice(0, -ending.length)))
    .sort((one, other) => one - other);
}

/** What the segments take on the disk. */
export function spoolBytes(directory: string): number {
  return segmentNumbers(directory).reduce((sum, number) => sum + sizeOf(segmentFile(directory, number)), 0);
}

/** Length of a file in bytes; 0 when it is gone. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function namesIn(directory: string): string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return readdirSync(directory);
}
