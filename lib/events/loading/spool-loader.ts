import { rmSync } from "node:fs";
import { liveRowsOf, type LiveRows } from "@/lib/events/loading/live-rows";
import { loadBatch, type BatchOutcome } from "@/lib/events/loading/load-batch";
import { storeChecks } from "@/lib/events/loading/batch/store-checks";
import { touchKeys } from "@/lib/events/loading/batch/touch-keys";
import { readPosition, writePosition } from "@/lib/events/spool/directory";
import { openSpoolReader, type SpooledBatch, type SpoolPosition } from "@/lib/events/spool/reader";
import { segmentFile, segmentNumbers, spoolBytes } from "@/lib/events/spool/segments";
import { log } from "@/lib/log";
import path from "node:path";

/** A statement costs the database about as much as seventy of its rows, so few large batches are cheaper. */
export const batchRows = 2_000;
const backOffMaxMs = 5_000;

/** What the process at large tells the loader. */
export interface LoadingSignals {
  /** Workspaces whose rows are being followed in this process. */
  live(): readonly string[];
}

/** What the loader tells the process at large. */
export interface LoadingReport {
  /** Records that left the spool: into the database, or refused by it. */
  records: number;
  /** Calls whose record was refused by the database. */
  refused: number;
  /** Calls whose record was deleted to make room. */
  dropped: number;
  /** Places of the spool that could not be read, each with the records that stood there. */
  damaged: number;
  /** Bytes that the spool still takes on the disk. */
  bytes: number;
  /** Spools of processes that are gone and not yet loaded. */
  inherited: number;
  workspaceIds: string[];
  live: LiveRows[];
  /** Why the last try failed; null when it did not. */
  error: string | null;
}

/** Loads one spool, batch by batch, in order. */
export interface SpoolLoader {
  /** Tries to load one batch; answers how many records it has, 0 for nothing left. Throws nothing: a failure is reported. */
  step(): Promise<number>;
  /** How long to wait before the next step, in milliseconds; 0 unless the last one failed. */
  backOffMs(): number;
  close(): void;
}

/** How large a spool may grow, and what then. */
export interface SpoolLimits {
  bytesMax: number;
  /** The oldest records make room; else the process refuses calls until there is some. */
  dropsOldest: boolean;
}

/** What a loader works on. */
export interface Loading {
  directory: string;
  /** Nobody writes to it any more. */
  finished: boolean;
  signals: LoadingSignals;
  limits: SpoolLimits;
  report(report: LoadingReport): void;
}

/** Opens the loading end of a spool where the last loader of it left off. */
export function openSpoolLoader({ directory, finished, signals, limits, report }: Loading): SpoolLoader {
  const reader = openSpoolReader(directory, { from: readPosition(directory), finished });
  const spool = path.basename(directory);
  let waiting: SpooledBatch | null = null;
  let failures = 0;
  let damagedTold = 0;

  function tell(news: LoadingReport): void {
    const damaged = reader.damaged() - damagedTold;
    damagedTold += damaged;
    report({ ...news, damaged });
  }

  async function load({ records, checks, after }: SpooledBatch): Promise<void> {
    const { loaded, refused } =
      records.length === 0 ? nothingLoaded : await loadBatch(records, { live: signals.live(), spool });
    const refusedChecks = await storeChecks(checks);
    notePosition(after);
    removeLoaded(directory, after.segment);
    if (failures > 0) log.info({ failures }, "records are stored again");
    failures = 0;
    tell({
      ...nothing(spoolBytes(directory)),
      records: records.length + checks.length,
      refused: refused + refusedChecks,
      workspaceIds: [...new Set([...records, ...checks].map((record) => record.workspaceId))],
      live: loaded.flatMap(liveRowsOf),
    });
    await touchKeys(records).catch((error: unknown) => log.warn({ err: error }, "last use was not noted"));
  }

  /** A disk without room for the note gets room all the same: without it loading begins earlier and stores nothing twice. */
  function notePosition(after: SpoolPosition): void {
    try {
      writePosition(directory, after);
    } catch (error) {
      log.warn({ err: error }, "how far loading came could not be noted");
    }
  }

  function rest(): 0 {
    if (failures > 0 || reader.damaged() > damagedTold) tell(nothing(spoolBytes(directory)));
    failures = 0;
    return 0;
  }

  /** Whole segments go, the oldest first; the one being written stays. */
  function makeRoom(): void {
    if (!limits.dropsOldest || spoolBytes(directory) <= limits.bytesMax) return;
    const { records, calls } = reader.skipSegment();
    removeLoaded(directory, reader.position().segment);
    log.error({ calls }, "the spool is full: the oldest records were deleted");
    tell({ ...nothing(spoolBytes(directory)), records, dropped: calls });
  }

  return {
    async step() {
      try {
        makeRoom();
        if (waiting === null) {
          const batch = reader.read(batchRows);
          if (sizeOf(batch) === 0) return rest();
          waiting = batch;
        }
        const size = sizeOf(waiting);
        await load(waiting);
        waiting = null;
        return size;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ err: error }, "records wait to be stored");
        tell(failed(error, spoolBytes(directory)));
        // Never 0, which would say that there is nothing left.
        return waiting === null ? 1 : sizeOf(waiting);
      }
    },
    backOffMs: () => (failures === 0 ? 0 : backOff(failures)),
    close: () => reader.close(),
  };
}

const nothingLoaded: BatchOutcome = { loaded: [], refused: 0 };

const sizeOf = ({ records, checks }: SpooledBatch) => records.length + checks.length;

/** A report of nothing that happened. */
export function nothing(bytes: number): LoadingReport {
  const counts = { records: 0, refused: 0, dropped: 0, damaged: 0, inherited: 0 };
  return { ...counts, bytes, workspaceIds: [], live: [], error: null };
}

function failed(error: unknown, bytes: number): LoadingReport {
  return { ...nothing(bytes), error: error instanceof Error ? error.message : String(error) };
}

function removeLoaded(directory: string, before: number): void {
  for (const number of segmentNumbers(directory))
    if (number < before) rmSync(segmentFile(directory, number), { force: true });
}

/** Between half and all of 200 ms · 2^failures, at most {@link backOffMaxMs}. */
function backOff(failures: number): number {
  const full = Math.min(backOffMaxMs, 100 * 2 ** Math.min(failures, 10));
  return full * (0.5 + Math.random() / 2);
}
