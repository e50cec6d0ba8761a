import { refusalsAreMany, takeMerged } from "@/lib/events/loading/usage/merge-refusals";
import type { LoadingLoop } from "@/lib/events/loading/loading-loop";
import type { DecisionRecord } from "@/lib/events/schema";
import type { OwnSpool } from "@/lib/events/spool/directory";
import type { SpoolWriter } from "@/lib/events/spool/writer";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** How records are kept until the database has them. */
export interface RecordingOptions {
  /** Where the spools of this database's processes lie. */
  root: string;
  /** What loading connects to; it may run in a thread of its own. */
  databaseUrl: string;
  /** Loading in a thread of its own costs the calls less; in this one it needs no other file. */
  loadsIn: "own-thread" | "this-thread";
  /** A spool may take this much of the disk. */
  bytesMax: number;
  /** What gives way when the spool is full: calls are refused, or the oldest records are deleted. */
  whenFull: "refuse" | "drop-oldest";
}

/** What this process records with, and how far it is. */
export interface Recorder {
  options: RecordingOptions;
  spool: OwnSpool;
  writer: SpoolWriter;
  loading: LoadingLoop;
  /** Records taken, and those that left the spool again. */
  taken: number;
  settled: number;
  dropped: number;
  damaged: number;
  /** Bytes on the disk when the loader last told, and how much had been written then. */
  bytesTold: number;
  writtenThen: number;
  /** When records were taken that may still wait: [how many had been taken before, milliseconds since 1970]. */
  marks: [taken: number, atMs: number][];
  inherited: number | null;
  /** Who waits until none of those is left. */
  awaitInherited: Set<() => void>;
  loadError: string | null;
  diskError: string | null;
  mergedTimer: NodeJS.Timeout | null;
  retryTimer: NodeJS.Timeout | null;
  unsubscribe: () => void;
}

/** Nothing is recorded while it is null. */
export const state = processState<{ recorder: Recorder | null }>("recorder", () => ({ recorder: null }));

/** A mark for {@link Recorder.marks} at most this often, and ever more rarely the more there are. */
const markEveryMs = 50;
const marksAtThatPace = 1_000;

/** A disk that refused records is asked again after this long, whether or not anybody calls. */
const retryMs = 100;

/** What this process records with. Throws before recording began. */
export function opened(): Recorder {
  if (state.recorder === null) throw new Error("startRecording() was not called at start");
  return state.recorder;
}

/** Takes one record, to be written with what else is taken. */
export function take(recorder: Recorder, record: DecisionRecord): void {
  recorder.writer.append(record);
  recorder.taken += 1;
}

/** One write for what was taken. False while the disk refuses it; then no answer may leave. */
export function commitRecords(): boolean {
  const { recorder } = state;
  if (recorder === null) return true;
  try {
    if (!recorder.writer.commit()) return true;
    if (recorder.diskError !== null) log.info("the disk takes records again");
    recorder.diskError = null;
    mark(recorder);
    return true;
  } catch (error) {
    if (recorder.diskError === null) log.error({ err: error }, "the disk refuses records");
    recorder.diskError = error instanceof Error ? error.message : String(error);
    if (recorder.options.whenFull === "refuse") {
      recorder.retryTimer ??= setTimeout(() => {
        recorder.retryTimer = null;
        commitRecords();
      }, retryMs).unref();
      return false;
    }
    dropWaiting(recorder);
    return true;
  }
}

function dropWaiting(recorder: Recorder): void {
  const { records, calls } = recorder.writer.dropWaiting();
  recorder.settled += records;
  recorder.dropped += calls;
}

function mark(recorder: Recorder): void {
  const nowMs = Date.now();
  const last = recorder.marks.at(-1);
  const pace = markEveryMs * Math.max(1, recorder.marks.length / marksAtThatPace);
  if (last !== undefined && nowMs - last[1] < pace) return;
  recorder.marks.push([recorder.taken, nowMs]);
  if (recorder.marks.length === 1) recorder.loading.wake();
}

/** Bytes on the disk, with what was written since the loader last told. */
export function spoolSize({ bytesTold, writer, writtenThen }: Recorder): number {
  return bytesTold + writer.bytesWritten() - writtenThen;
}

/** Takes what was merged within a second, or at once when it is much. */
export function scheduleMerged(): void {
  if (refusalsAreMany()) takeAllMerged();
  else
    opened().mergedTimer ??= setTimeout(() => {
      takeAllMerged();
      commitRecords();
    }, 1_000).unref();
}

/** Takes what was merged. */
export function takeAllMerged(): void {
  const recorder = opened();
  if (recorder.mergedTimer !== null) clearTimeout(recorder.mergedTimer);
  recorder.mergedTimer = null;
  for (const record of takeMerged()) take(recorder, record);
}
