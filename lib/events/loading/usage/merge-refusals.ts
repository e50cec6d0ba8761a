import type { DecisionRecord } from "@/lib/events/schema";
import { processState } from "@/lib/process/state";

/** Refusals without a credential that a workspace gets recorded one by one in a second; those beyond are merged. */
export const singleRefusalsPerSecond = 50;

const mergedMax = 10_000;

interface Merged {
  record: DecisionRecord;
  totalUs: number;
}

interface Refusals {
  second: number;
  /** By workspace, in this second. */
  singles: Map<string, number>;
  merged: Map<string, Merged>;
}

const refusals = () =>
  processState<Refusals>("refusals", () => ({ second: 0, singles: new Map(), merged: new Map() }));

/**
 * Whether a record is of the kind that anyone can cause without a key, and so must not fill the disk. An AuthZEN
 * question always comes with one, though its subject may be unknown.
 */
export function isUncredentialedRefusal({ credential, verdict, source }: DecisionRecord): boolean {
  return credential === null && verdict !== "allow" && source !== "authzen";
}

/**
 * Counts a refusal in. True when it is to be recorded by itself; else it went into one record per workspace, source,
 * reason, service, status and second, whose `count` is exact. Ids of merged calls are not kept.
 */
export function standsAlone(record: DecisionRecord): boolean {
  const state = refusals();
  const second = Math.floor(Date.now() / 1_000);
  if (second !== state.second) {
    state.second = second;
    state.singles.clear();
  }
  const singles = (state.singles.get(record.workspaceId) ?? 0) + 1;
  state.singles.set(record.workspaceId, singles);
  if (singles <= singleRefusalsPerSecond) return true;
  merge(state, record);
  return false;
}

/** Whether so many different refusals wait that they should be taken before their second is over. */
export function refusalsAreMany(): boolean {
  return refusals().merged.size >= mergedMax;
}

/** Calls that wait within merged records. */
export function mergedRefusals(): number {
  return refusals().merged.size;
}

/** Takes the merged records out, oldest first. */
export function takeMerged(): DecisionRecord[] {
  const state = refusals();
  const taken = [...state.merged.values()].map(({ record, totalUs }) => ({
    ...record,
    totalUs: totalUs / record.count,
  }));
  state.merged.clear();
  return taken;
}

function merge(state: Refusals, record: DecisionRecord): void {
  const { workspaceId, source, reason, service, status, verdict, atMs, roleCheck } = record;
  const second = Math.floor(atMs / 1_000);
  const asked = [roleCheck?.key.id, roleCheck?.endpoint];
  const key = [workspaceId, source, reason, service?.id, status, verdict, second, ...asked].join(" ");
  const found = state.merged.get(key);
  if (found === undefined) {
    state.merged.set(key, { record: { ...record }, totalUs: record.totalUs * record.count });
    return;
  }
  found.totalUs += record.totalUs * record.count;
  blend(found.record, record);
}

/** Adds counts and bytes; what differs between the calls is no longer said. */
function blend(into: DecisionRecord, record: DecisionRecord): void {
  into.count += record.count;
  into.requestBytes += record.requestBytes;
  into.responseBytes += record.responseBytes;
  if (into.method !== record.method) into.method = "*";
  if (into.path !== record.path) into.path = "*";
  if (into.route !== record.route) into.route = null;
  if (into.address !== record.address) into.address = null;
  if (into.userAgent !== record.userAgent) into.userAgent = null;
  if (into.traceId !== record.traceId) into.traceId = null;
  if (into.input !== record.input) delete into.input;
  into.shadow = null;
}
