import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { DataDirectoryInUse, lockDataDirectory } from "@/lib/db/embedded/data-directory-lock";
import { segmentNumbers } from "@/lib/events/spool/segments";
import type { SpoolPosition } from "@/lib/events/spool/reader";

/** A spool that this process alone writes and loads. */
export interface OwnSpool {
  directory: string;
  /** Gives it up, for another process to load what is left in it. */
  release(): void;
  /** Everything in it is in the database: it goes. */
  remove(): void;
}

/** Makes a new spool under `root`. Every process has its own, so two never write one file. */
export function createSpool(root: string): OwnSpool {
  const name = `${Date.now().toString(36)}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const directory = path.join(root, name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return owned(directory, lockDataDirectory(directory));
}

/** Takes over the spools under `root` whose processes are gone. Of several processes that try, one gets each. */
export function adoptSpools(root: string): OwnSpool[] {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return (
    readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(root, name))
      // One that has nothing yet is being made by a process that starts.
      .filter((directory) => segmentNumbers(directory).length > 0)
      .flatMap((directory) => {
        try {
          return [owned(directory, lockDataDirectory(directory))];
        } catch (error) {
          if (error instanceof DataDirectoryInUse) return [];
          throw error;
        }
      })
  );
}

function owned(directory: string, unlock: () => void): OwnSpool {
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return { directory, release: unlock, remove };
}

const Loaded = z.object({ segment: z.number().int(), offset: z.number().int() });

const positionFile = (directory: string) => path.join(directory, "loaded.json");

/** Up to where a spool is in the database, or null before the first batch. */
export function readPosition(directory: string): SpoolPosition | null {
  try {
    return Loaded.parse(JSON.parse(readFileSync(positionFile(directory), "utf8")));
  } catch {
    // Loading again from the beginning stores nothing twice, so a lost position costs time only.
    return null;
  }
}

/** Remembers that everything before `position` is in the database. */
export function writePosition(directory: string, { segment, offset }: SpoolPosition): void {
  const file = positionFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify({ segment, offset }));
  renameSync(`${file}.new`, file);
}
