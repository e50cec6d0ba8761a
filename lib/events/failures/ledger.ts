import type { FailedAuthentication } from "@/lib/events/failures/failed-authentication";

/** Failures of one kind; or, with `merged`, of many kinds that came too fast to be kept apart. */
export interface Tally {
  failure: FailedAuthentication;
  merged: boolean;
  /** Where merged ones came from: the first five. */
  addresses: string[];
  count: number;
  firstMs: number;
  lastMs: number;
}

/** How long a kind of failure waits to be written: soon at first, then ever more rarely while it goes on. */
export const rungsMs = [1_000, 5_000, 15_000, 60_000, 300_000, 600_000] as const;

/** A kind that did not come for this long begins anew when it does. */
const forgottenAfterMs = 600_000;

/** How many kinds may begin at once before the rest is merged, and how many more become possible each minute. */
export const apart = {
  perWorkspace: { most: 30, perMinute: 1 },
  inAll: { most: 300, perMinute: 10 },
} as const;

/** Merged kinds at once; beyond that they are merged once more, by way in and reason alone. */
const mergedMax = 1_000;
const addressesShown = 5;

interface Slot {
  tally: Tally;
  /** Which of {@link rungsMs} it waits for. */
  rung: number;
  dueMs: number;
}

interface Budget {
  left: number;
  atMs: number;
}

interface State {
  slots: Map<string, Slot>;
  merged: number;
  /** By workspace, and under the empty name for all together. */
  budgets: Map<string, Budget>;
}

/** Counts failed authentications; times are milliseconds since 1970. */
export interface FailureLedger {
  note(failure: FailedAuthentication, nowMs: number): void;
  /** Hands out what is due; each failure is in exactly one tally ever handed out. */
  take(nowMs: number): Tally[];
  /** Hands out everything. */
  takeAll(): Tally[];
  /** Kinds and budgets in memory. */
  held(): number;
}

/**
 * Counts failures in memory that stays bounded however many come: so many kinds apart (who, from where, which prefix,
 * why), the rest merged by workspace, way in and reason.
 */
export function createFailureLedger(): FailureLedger {
  const state: State = { slots: new Map(), merged: 0, budgets: new Map() };
  return {
    note: (failure, nowMs) => note(state, failure, nowMs),
    take: (nowMs) => take(state, nowMs),
    takeAll: () => {
      const tallies = [...state.slots.values()].map(({ tally }) => tally).filter(({ count }) => count > 0);
      state.slots.clear();
      state.merged = 0;
      return tallies;
    },
    held: () => state.slots.size + state.budgets.size,
  };
}

function note(state: State, failure: FailedAuthentication, nowMs: number): void {
  const { tally } =
    state.slots.get(nameOf(failure)) ?? openApart(state, failure, nowMs) ?? mergedSlot(state, failure, nowMs);
  if (tally.count === 0) tally.firstMs = nowMs;
  tally.count += 1;
  tally.lastMs = nowMs;
  const { address } = failure;
  if (!tally.merged || address === null || tally.addresses.length >= addressesShown) return;
  if (!tally.addresses.includes(address)) tally.addresses.push(address);
}

function openApart(state: State, failure: FailedAuthentication, nowMs: number): Slot | null {
  const workspace = failure.key?.workspaceId ?? failure.workspaceId ?? `prefix ${failure.prefix}`;
  const all = budgetOf(state, "", { ...apart.inAll, nowMs });
  if (all.left < 1) return null;
  const own = budgetOf(state, workspace, { ...apart.perWorkspace, nowMs });
  if (own.left < 1) return null;
  all.left -= 1;
  own.left -= 1;
  return open(state, nameOf(failure), { failure, merged: false, nowMs });
}

function mergedSlot(state: State, failure: FailedAuthentication, nowMs: number): Slot {
  const narrow = mergedFailure(failure);
  const known = state.slots.get(mergedName(narrow));
  if (known !== undefined) return known;
  const merged = state.merged < mergedMax ? narrow : { ...narrow, workspaceId: null, prefix: null };
  return (
    state.slots.get(mergedName(merged)) ??
    open(state, mergedName(merged), { failure: merged, merged: true, nowMs })
  );
}

function mergedFailure(failure: FailedAuthentication): FailedAuthentication {
  const workspaceId = failure.key?.workspaceId ?? failure.workspaceId;
  const prefix = workspaceId === null ? failure.prefix : null;
  return { ...failure, workspaceId, prefix, address: null, key: null, secretId: null };
}

function open(
  state: State,
  name: string,
  { failure, merged, nowMs }: { failure: FailedAuthentication; merged: boolean; nowMs: number },
): Slot {
  const tally: Tally = { failure, merged, addresses: [], count: 0, firstMs: nowMs, lastMs: nowMs };
  const slot: Slot = { tally, rung: 0, dueMs: nowMs + rungsMs[0] };
  state.slots.set(name, slot);
  if (merged) state.merged += 1;
  return slot;
}

function take(state: State, nowMs: number): Tally[] {
  const due: Tally[] = [];
  for (const [name, slot] of state.slots) {
    if (waits(slot, nowMs)) continue;
    const { tally } = slot;
    if (tally.count > 0) {
      due.push(tally);
      slot.tally = { ...tally, addresses: [], count: 0 };
      slot.rung = Math.min(slot.rung + 1, rungsMs.length - 1);
    } else if (nowMs - tally.lastMs >= forgottenAfterMs) {
      state.slots.delete(name);
      if (tally.merged) state.merged -= 1;
    }
    slot.dueMs = nowMs + (rungsMs[slot.rung] ?? 0);
  }
  forgetFull(state, nowMs);
  return due;
}

/** Whether it is not due yet. What would wait longer than its rung was counted before the clock was set back. */
function waits({ dueMs, rung }: Slot, nowMs: number): boolean {
  return dueMs > nowMs && dueMs - nowMs <= (rungsMs[rung] ?? 0);
}

/** A budget that has refilled is as good as none; callers make up prefixes, and each would stay for ever. */
function forgetFull({ budgets }: State, nowMs: number): void {
  for (const [name, { left, atMs }] of budgets) {
    const { most, perMinute } = name === "" ? apart.inAll : apart.perWorkspace;
    if (left + (Math.max(0, nowMs - atMs) / 60_000) * perMinute >= most) budgets.delete(name);
  }
}

/** What may still begin, refilled by the time that passed. */
function budgetOf(
  { budgets }: State,
  name: string,
  { most, perMinute, nowMs }: { most: number; perMinute: number; nowMs: number },
): Budget {
  const known = budgets.get(name);
  if (known === undefined) {
    const fresh = { left: most, atMs: nowMs };
    budgets.set(name, fresh);
    return fresh;
  }
  // A clock that goes backwards refills nothing.
  const minutes = Math.max(0, nowMs - known.atMs) / 60_000;
  known.left = Math.min(most, known.left + minutes * perMinute);
  known.atMs = nowMs;
  return known;
}

function nameOf({ workspaceId, via, reason, address, key, prefix, secretId }: FailedAuthentication): string {
  return `${via}\n${reason}\n${workspaceId ?? ""}\n${address ?? ""}\n${key?.id ?? secretId ?? prefix ?? ""}`;
}

function mergedName({ workspaceId, via, reason, prefix }: FailedAuthentication): string {
  return `merged\n${via}\n${reason}\n${workspaceId ?? ""}\n${prefix ?? ""}`;
}
