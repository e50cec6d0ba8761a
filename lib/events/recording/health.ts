import { mergedRefusals } from "@/lib/events/loading/usage/merge-refusals";
import { spoolSize, state } from "@/lib/events/recording/recorder";

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
  /** Places of spools that could not be read since the process started; how many records stood there is not known. */
  damaged: number;
  /** Why the last try to store failed, or null when it did not. */
  lastError: string | null;
}

const notRecording: RecordingHealth = {
  pending: 0,
  lagMs: 0,
  spoolBytes: 0,
  inherited: null,
  dropped: 0,
  damaged: 0,
  lastError: null,
};

/** How recording stands now. */
export function recordingHealth(): RecordingHealth {
  const { recorder } = state;
  if (recorder === null) return notRecording;
  const { taken, settled, marks, dropped, damaged, loadError, diskError, inherited } = recorder;
  const pending = Math.max(0, taken - settled) + mergedRefusals();
  const oldest = marks[0]?.[1];
  return {
    pending,
    lagMs: pending === 0 || oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
    spoolBytes: spoolSize(recorder),
    inherited,
    dropped,
    damaged,
    lastError: diskError ?? loadError,
  };
}
