import type * as Recording from "@/lib/events/recording/record";

/**
 * Stands in for `lib/events/recording/record` in a build without recording: nothing is kept, and nothing is ever refused for it.
 * Typed by the real one, so that it cannot fall behind it.
 */
const nothing: ReturnType<typeof Recording.recordingHealth> = {
  pending: 0,
  lagMs: 0,
  spoolBytes: 0,
  inherited: null,
  dropped: 0,
  lastError: null,
};

export const startRecording: typeof Recording.startRecording = () => undefined;
export const recordDecision: typeof Recording.recordDecision = () => true;
export const recordOrRefuse: typeof Recording.recordOrRefuse = () => undefined;
export const takeDecision: typeof Recording.takeDecision = () => undefined;
export const recordingRefusal: typeof Recording.recordingRefusal = () => null;
export const refuseUnrecorded: typeof Recording.refuseUnrecorded = () => undefined;
export const recordingHealth: typeof Recording.recordingHealth = () => nothing;
export const flushRecords: typeof Recording.flushRecords = () => Promise.resolve(true);
export const stopRecording: typeof Recording.stopRecording = () => Promise.resolve();
export const recordRoleCheck: typeof Recording.recordRoleCheck = () => undefined;
