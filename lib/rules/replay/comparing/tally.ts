import type { RecordedCall } from "@/lib/rules/replay/read-calls";
import { replayLimits, type ReplayGroup, type ReplayResult } from "@/lib/rules/replay/schema";
import type { Score } from "@/lib/rules/replay/comparing/score";

/** Groups that are told apart; calls of further ones are in the counts alone, so that memory has an end. */
const groupsMax = 2_000;

/** What a replay has found so far. Every call is added exactly once. */
export interface Tally {
  /** A call on which no rule has a say. */
  addOutside(call: RecordedCall): void;
  add(call: RecordedCall, scored: Score, service: string | null): void;
  scanned(): number;
  result(): Pick<ReplayResult, "scanned" | "counts" | "drift" | "groups" | "moreGroups">;
}

const changeFields = {
  "newly-denied": "newlyDenied",
  "newly-allowed": "newlyAllowed",
  unknown: "unknown",
} as const;

export function createTally(): Tally {
  const counts = { same: 0, newlyDenied: 0, newlyAllowed: 0, unknown: 0, outside: 0 };
  const drift = { nowDenied: 0, nowAllowed: 0 };
  const groups = new Map<string, ReplayGroup>();
  const overflowing = new Set<string>();
  let scanned = 0;

  function groupOf(call: RecordedCall, service: string | null): ReplayGroup | null {
    const key = `${call.credentialId ?? ""} ${call.serviceId ?? ""}`;
    const found = groups.get(key);
    if (found !== undefined) return found;
    if (groups.size >= groupsMax) {
      if (overflowing.size < groupsMax) overflowing.add(key);
      return null;
    }
    const { credentialId, credentialName } = call;
    const made: ReplayGroup = {
      credential: credentialId === null ? null : { id: credentialId, name: credentialName ?? credentialId },
      service,
      newlyDenied: 0,
      newlyAllowed: 0,
      unknown: 0,
      samples: [],
    };
    groups.set(key, made);
    return made;
  }

  function addDrift({ verdict, count }: RecordedCall, { current }: Score): void {
    if (current === null) return;
    // What limits refused, the rules had allowed.
    const allowedThen = verdict !== "deny";
    if (allowedThen && current.verdict === "deny") drift.nowDenied += count;
    if (!allowedThen && current.verdict === "allow") drift.nowAllowed += count;
  }

  return {
    addOutside({ count }) {
      scanned += count;
      counts.outside += count;
    },
    add(call, scored, service) {
      scanned += call.count;
      addDrift(call, scored);
      if (scored.change === "same") {
        counts.same += call.count;
        return;
      }
      const field = changeFields[scored.change];
      counts[field] += call.count;
      const group = groupOf(call, service);
      if (group === null) return;
      group[field] += call.count;
      addSample(group, call, { change: scored.change, rules: scored.drafted?.rules ?? [] });
    },
    scanned: () => scanned,
    result() {
      const all = [...groups.values()].sort((one, other) => weight(other) - weight(one));
      const listed = all.slice(0, replayLimits.groups);
      return {
        scanned,
        counts,
        drift,
        groups: listed,
        moreGroups: all.length - listed.length + overflowing.size,
      };
    },
  };
}

type Sample = ReplayGroup["samples"][number];

/** Kept places are for what changes; what is unknown gives way to it. */
function addSample(
  { samples }: ReplayGroup,
  { id, at, method, path, count, verdict }: RecordedCall,
  { change, rules }: Pick<Sample, "change"> & { rules: readonly string[] },
): void {
  if (samples.length >= replayLimits.samples) {
    if (change === "unknown") return;
    const place = samples.findLastIndex((sample) => sample.change === "unknown");
    if (place === -1) return;
    samples.splice(place, 1);
  }
  const recorded = verdict === "deny" || verdict === "limited" ? verdict : "allow";
  samples.push({
    id,
    at,
    method,
    path: path.slice(0, 200),
    count,
    change,
    recorded,
    rules: rules.slice(0, 10),
  });
}

function weight({ newlyDenied, newlyAllowed, unknown }: ReplayGroup): number {
  return (newlyDenied + newlyAllowed) * 1e6 + unknown;
}
