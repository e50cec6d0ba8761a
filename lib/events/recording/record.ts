import { Problem } from "@/lib/api/problem";
import { bus } from "@/lib/bus/bus";
import { closeFanOut, deliverLoaded, liveWorkspaces, onFollowed } from "@/lib/events/fan-out";
import { loadSpools } from "@/lib/events/loading/load-spools";
import type { LoadingLoop } from "@/lib/events/loading/loading-loop";
import { startLoadingThread } from "@/lib/events/loading/loading-thread";
import {
  isUncredentialedRefusal,
  mergedRefusals,
  refusalsAreMany,
  standsAlone,
  takeMerged,
} from "@/lib/events/loading/merge-refusals";
import type { LoadingReport } from "@/lib/events/loading/spool-loader";
import { startRetention, stopRetention } from "@/lib/events/retention";
import type { DecisionRecord, RoleCheckRecord } from "@/lib/events/schema";
import { createSpool, type OwnSpool } from "@/lib/events/spool/directory";
import { openSpoolWriter, type SpoolWriter } from "@/lib/events/spool/writer";
import { log } from "@/lib/log";
import { beforeAnswers } from "@/lib/process/end-of-turn";
import { processState } from "@/lib/process/state";
import { recordRoleChecks } from "@/lib/scopes/role-check";

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

interface Recorder {
  options: RecordingOptions;
  spool: OwnSpool;
  writer: SpoolWriter;
  loading: LoadingLoop;
  /** Records taken, and those that left the spool again. */
  taken: number;
  settled: number;
  dropped: number;
  /** Bytes on the disk when the loader last told, and how much had been written then. */
  bytesTold: number;
  writtenThen: number;
  /** When records were taken that may still wait: [how many had been taken before, milliseconds since 1970]. */
  marks: [taken: number, atMs: number][];
  inherited: number | null;
  loadError: string | null;
  diskError: string | null;
  mergedTimer: NodeJS.Timeout | null;
  retryTimer: NodeJS.Timeout | null;
  unsubscribe: () => void;
}

const state = processState<{ recorder: Recorder | null }>("recorder", () => ({ recorder: null }));

/** A mark for {@link Recorder.marks} at most this often, and ever more rarely the more there are. */
const markEveryMs = 50;
const marksAtThatPace = 1_000;

/** A disk that refused records is asked again after this long, whether or not anybody calls. */
const retryMs = 100;

/** Opens the spool and starts to load it. Called once at start, after database and bus. */
export function startRecording(options: RecordingOptions): void {
  const spool = createSpool(options.root);
  const writer = openSpoolWriter(spool.directory);
  const { root, databaseUrl, bytesMax, loadsIn } = options;
  const parts = {
    root,
    directory: spool.directory,
    bytesMax,
    dropsOldest: options.whenFull === "drop-oldest",
  };
  const { loading, unsubscribe } =
    loadsIn === "own-thread"
      ? inOwnThread({ ...parts, databaseUrl, report: settle })
      : inThisThread({ ...parts, live: liveWorkspaces, busy: () => 0, report: settle });
  state.recorder = {
    options,
    spool,
    writer,
    loading,
    unsubscribe,
    taken: 0,
    settled: 0,
    dropped: 0,
    bytesTold: 0,
    writtenThen: 0,
    marks: [],
    inherited: null,
    loadError: null,
    diskError: null,
    mergedTimer: null,
    retryTimer: null,
  };
  beforeAnswers(commitRecords);
  recordRoleChecks(recordRoleCheck);
  startRetention();
}

/**
 * Takes one decision. It is on the disk when this returns true, so that no answer is sent whose record a killed process
 * would lose; while the disk refuses it, it is false. Synchronous, never throws, never waits. Refusals without a
 * credential are merged beyond a rate, so that a flood cannot fill the disk.
 */
export function recordDecision(record: DecisionRecord): boolean {
  takeDecision(record);
  return commitRecords();
}

/** The same for an answer that is sent at once; throws `unavailable` in its place while the disk refuses the record. */
export function recordOrRefuse(record: DecisionRecord): void {
  if (!recordDecision(record)) throw new Problem("unavailable", diskRefuses, { retryAfterSeconds: 5 });
}

/** Takes a role check that no decision carries. Throws `unavailable`, and keeps nothing, where calls cannot be recorded. */
export function recordRoleCheck(check: RoleCheckRecord): void {
  refuseUnrecorded();
  const recorder = opened();
  recorder.writer.appendCheck(check);
  recorder.taken += 1;
  if (!commitRecords()) throw new Problem("unavailable", diskRefuses, { retryAfterSeconds: 5 });
}

/** Takes one decision whose answer leaves with the turn of the event loop: one write then serves all of the turn. */
export function takeDecision(record: DecisionRecord): void {
  if (isUncredentialedRefusal(record) && !standsAlone(record)) scheduleMerged();
  else take(opened(), record);
}

const diskRefuses = "Calls cannot be recorded at the moment: the disk refuses them.";

/**
 * Why a call must be refused now, or null. With `refuse` as the answer to a full spool, nothing is allowed that could
 * not be recorded.
 */
export function recordingRefusal(): string | null {
  const { recorder } = state;
  if (recorder === null || recorder.options.whenFull !== "refuse") return null;
  if (recorder.diskError !== null) return diskRefuses;
  if (spoolSize(recorder) > recorder.options.bytesMax)
    return "Calls cannot be recorded at the moment: too many records wait for the database.";
  return null;
}

/** Throws `unavailable` for {@link recordingRefusal}. */
export function refuseUnrecorded(): void {
  const why = recordingRefusal();
  if (why !== null) throw new Problem("unavailable", why, { retryAfterSeconds: 5 });
}

/** How recording stands, for /readyz and the portal's strip. */
export interface RecordingHealth {
  /** Records that wait for the database. */
  pending: number;
  /** For how long the oldest of them has been waiting, in milliseconds. */
  lagMs: number;
  /** What the spool takes on the disk. */
  spoolBytes: number;
  /** Spools of processes that are gone and not yet loaded; null until the loader has looked. */
  inherited: number | null;
  /** Calls whose record was lost since the process started: no room was left, or the database refused it. */
  dropped: number;
  /** Why the last try to store failed, or null when it did not. */
  lastError: string | null;
}

const notRecording: RecordingHealth = {
  pending: 0,
  lagMs: 0,
  spoolBytes: 0,
  inherited: null,
  dropped: 0,
  lastError: null,
};

/** How recording stands now. */
export function recordingHealth(): RecordingHealth {
  const { recorder } = state;
  if (recorder === null) return notRecording;
  const { taken, settled, marks, dropped, loadError, diskError, inherited } = recorder;
  const pending = Math.max(0, taken - settled) + mergedRefusals();
  const oldest = marks[0]?.[1];
  return {
    pending,
    lagMs: pending === 0 || oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
    spoolBytes: spoolSize(recorder),
    inherited,
    dropped,
    lastError: diskError ?? loadError,
  };
}

/** Stores all that waits, trying for at most `timeoutMs`. True when nothing waits any more. */
export async function flushRecords(timeoutMs = 10_000): Promise<boolean> {
  const recorder = opened();
  takeAllMerged();
  commitRecords();
  return recorder.loading.flush(timeoutMs);
}

/** Loads what it can, then closes the spool. What the database did not take stays for the next process. */
export async function stopRecording(): Promise<void> {
  const { recorder } = state;
  closeFanOut();
  await stopRetention();
  if (recorder === null) return;
  const done = await flushRecords();
  recorder.unsubscribe();
  await recorder.loading.stop();
  takeAllMerged();
  commitRecords();
  if (recorder.retryTimer !== null) clearTimeout(recorder.retryTimer);
  recorder.writer.close();
  // What calls that were cut off at the end wrote after the last batch stays for the next process.
  if (done && recorder.taken <= recorder.settled) recorder.spool.remove();
  else recorder.spool.release();
  beforeAnswers(null);
  recordRoleChecks(null);
  state.recorder = null;
}

function opened(): Recorder {
  if (state.recorder === null) throw new Error("startRecording() was not called at start");
  return state.recorder;
}

function inOwnThread(parts: Parameters<typeof startLoadingThread>[0]) {
  const loading = startLoadingThread(parts);
  return { loading, unsubscribe: onFollowed(loading.follow) };
}

function inThisThread(parts: Parameters<typeof loadSpools>[0]) {
  return { loading: loadSpools(parts), unsubscribe: () => undefined };
}

function take(recorder: Recorder, record: DecisionRecord): void {
  recorder.writer.append(record);
  recorder.taken += 1;
}

/** One write for what was taken. False while the disk refuses it; then no answer may leave. */
function commitRecords(): boolean {
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

function settle(report: LoadingReport): void {
  const { recorder } = state;
  if (recorder === null) return;
  recorder.settled += report.records;
  recorder.dropped += report.refused + report.dropped;
  recorder.bytesTold = report.bytes;
  recorder.writtenThen = recorder.writer.bytesWritten();
  recorder.loadError = report.error;
  recorder.inherited = report.inherited;
  const left = recorder.marks.findIndex(([taken]) => taken > recorder.settled);
  recorder.marks.splice(0, left === -1 ? recorder.marks.length : left);
  if (recorder.taken > recorder.settled) {
    // The loader may have gone to rest before it could see these.
    if (recorder.marks.length === 0) recorder.marks.push([recorder.taken, Date.now()]);
    recorder.loading.wake();
  }
  deliverLoaded(report.live);
  if (report.workspaceIds.length === 0) return;
  bus()
    .publish({ kind: "decisions-loaded", workspaceIds: report.workspaceIds })
    .catch((error: unknown) => log.warn({ err: error }, "other nodes were not told of new records"));
}

function spoolSize({ bytesTold, writer, writtenThen }: Recorder): number {
  return bytesTold + writer.bytesWritten() - writtenThen;
}

function scheduleMerged(): void {
  if (refusalsAreMany()) takeAllMerged();
  else
    opened().mergedTimer ??= setTimeout(() => {
      takeAllMerged();
      commitRecords();
    }, 1_000).unref();
}

function takeAllMerged(): void {
  const recorder = opened();
  if (recorder.mergedTimer !== null) clearTimeout(recorder.mergedTimer);
  recorder.mergedTimer = null;
  for (const record of takeMerged()) take(recorder, record);
}
