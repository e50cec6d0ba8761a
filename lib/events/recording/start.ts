import { bus } from "@/lib/bus/bus";
import { closeFanOut, deliverLoaded, liveWorkspaces, onFollowed } from "@/lib/events/fan-out";
import { loadSpools } from "@/lib/events/loading/load-spools";
import { startLoadingThread } from "@/lib/events/loading/thread/loading-thread";
import type { LoadingReport } from "@/lib/events/loading/spool-loader";
import { recordRoleCheck } from "@/lib/events/recording/record";
import {
  commitRecords,
  opened,
  state,
  takeAllMerged,
  type RecordingOptions,
} from "@/lib/events/recording/recorder";
import { startRetention, stopRetention } from "@/lib/events/retention";
import { createSpool } from "@/lib/events/spool/directory";
import { openSpoolWriter } from "@/lib/events/spool/writer";
import { log } from "@/lib/log";
import { beforeAnswers } from "@/lib/process/end-of-turn";
import { recordRoleChecks } from "@/lib/scopes/role-check";

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
    damaged: 0,
    bytesTold: 0,
    writtenThen: 0,
    marks: [],
    inherited: null,
    awaitInherited: new Set(),
    loadError: null,
    diskError: null,
    mergedTimer: null,
    retryTimer: null,
  };
  beforeAnswers(commitRecords);
  recordRoleChecks(recordRoleCheck);
  startRetention();
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

function inOwnThread(parts: Parameters<typeof startLoadingThread>[0]) {
  const loading = startLoadingThread(parts);
  return { loading, unsubscribe: onFollowed(loading.follow) };
}

function inThisThread(parts: Parameters<typeof loadSpools>[0]) {
  return { loading: loadSpools(parts), unsubscribe: () => undefined };
}

function settle(report: LoadingReport): void {
  const { recorder } = state;
  if (recorder === null) return;
  recorder.settled += report.records;
  recorder.dropped += report.refused + report.dropped;
  recorder.damaged += report.damaged;
  recorder.bytesTold = report.bytes;
  recorder.writtenThen = recorder.writer.bytesWritten();
  recorder.loadError = report.error;
  recorder.inherited = report.inherited;
  if (report.inherited === 0) for (const tell of recorder.awaitInherited) tell();
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
