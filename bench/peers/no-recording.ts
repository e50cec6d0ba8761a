import type * as Health from "@/lib/events/recording/health";
import type * as Calls from "@/lib/events/recording/record";
import type * as Start from "@/lib/events/recording/start";

/**
 * Stands in for `record`, `start` and `health` of `lib/events/recording` in a build without recording: nothing is kept,
 * and nothing is ever refused for it. Typed by the real ones, so that it cannot fall behind them.
 */
const nothing: ReturnType<typeof Health.recordingHealth> = {
  pending: 0,
  lagMs: 0,
  spoolBytes: 0,
  inherited: null,
  dropped: 0,
  damaged: 0,
  lastError: null,
};

export const startRecording: typeof Start.startRecording = () => undefined;
export const recordDecision: typeof Calls.recordDecision = () => true;
export const recordOrRefuse: typeof Calls.recordOrRefuse = () => undefined;
export const takeDecision: typeof Calls.takeDecision = () => undefined;
export const recordingRefusal: typeof Calls.recordingRefusal = () => null;
export const refuseUnrecorded: typeof Calls.refuseUnrecorded = () => undefined;
export const recordingHealth: typeof Health.recordingHealth = () => nothing;
export const flushRecords: typeof Start.flushRecords = () => Promise.resolve(true);
export const stopRecording: typeof Start.stopRecording = () => Promise.resolve();
export const recordRoleCheck: typeof Calls.recordRoleCheck = () => undefined;
