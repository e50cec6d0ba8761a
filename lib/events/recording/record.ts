import { Problem } from "@/lib/api/problem";
import { isUncredentialedRefusal, standsAlone } from "@/lib/events/loading/usage/merge-refusals";
import {
  commitRecords,
  opened,
  scheduleMerged,
  spoolSize,
  state,
  take,
} from "@/lib/events/recording/recorder";
import type { DecisionRecord, RoleCheckRecord } from "@/lib/events/schema";

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
