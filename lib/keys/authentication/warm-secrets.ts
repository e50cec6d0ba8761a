import { bus, type Bus, type BusMessage } from "@/lib/bus/bus";
import type { StoredSecret } from "@/lib/keys/authentication/stored-secret";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { processState } from "@/lib/process/state";

/**
 * How old a row may get before it is read again. While the bus is heard every change arrives by itself and a minute
 * is only for what a dying node could not say; while it is not, a revocation elsewhere is in force here within 5 s.
 */
export const rowLifeMs = { healthy: 60_000, deaf: 5_000 } as const;

/** A row older than this is read again in the background, before anybody has to wait for it. */
export const refreshAfterMs = 30_000;

/** Unknown ids are not asked for again for this long. */
const unknownLifeMs = 30_000;

const warmMax = 50_000;
const unknownMax = 10_000;

/** A secret that passed bcrypt in this process. The proof outlives changes of the row, the row does not. */
interface Warm {
  mac: string;
  /** The bcrypt hash that was passed; another hash voids the proof. */
  hash: string;
  row: { stored: StoredSecret; readAtMs: number; good: Authentication } | null;
}

/** A read under way. A change that arrives meanwhile voids it: what it reads must not be remembered. */
export interface Fill {
  secretId: string;
  voided: boolean;
  startedAtMs: number;
}

interface State {
  heardBus: Bus | null;
  stopListening: () => void;
  warm: Map<string, Warm>;
  unknown: Map<string, number>;
  fills: Set<Fill>;
}

const state = processState<State>("warm-secrets", () => ({
  heardBus: null,
  stopListening: () => undefined,
  warm: new Map(),
  unknown: new Map(),
  fills: new Set(),
}));

/** The proof and row of a secret, after making sure that this process hears of changes. */
export function warmSecret(secretId: string): Warm | undefined {
  const current = bus();
  if (current !== state.heardBus) listenTo(current);
  return state.warm.get(secretId);
}

/** Whether the row may be judged by without asking the database. */
export function isFresh(readAtMs: number, nowMs: number): boolean {
  return nowMs - readAtMs < (state.heardBus?.healthy() === true ? rowLifeMs.healthy : rowLifeMs.deaf);
}

/** Whether `mac` is of the value that passed. Nobody without the subkey can aim at it, so comparing needs no care for time. */
export function isProvenBy(warm: Warm, mac: string): boolean {
  return warm.mac === mac;
}

/** Whether the id was asked for in vain a moment ago. */
export function isKnownUnknown(secretId: string, nowMs: number): boolean {
  const until = state.unknown.get(secretId);
  return until !== undefined && nowMs < until;
}

/** Announces a read; end it with {@link endFill} whatever happens. */
export function beginFill(secretId: string): Fill {
  const fill: Fill = { secretId, voided: false, startedAtMs: Date.now() };
  state.fills.add(fill);
  return fill;
}

/** The read is over; nothing voids it any more. */
export function endFill(fill: Fill): void {
  state.fills.delete(fill);
}

/** Remembers a proven secret, unless something changed while it was read. */
export function rememberSecret(fill: Fill, mac: string, stored: StoredSecret): void {
  if (fill.voided) return;
  state.warm.delete(fill.secretId);
  state.warm.set(fill.secretId, {
    mac,
    hash: stored.hash,
    row: { stored, readAtMs: fill.startedAtMs, good: { ok: true, key: stored.key } },
  });
  dropOldest(state.warm, warmMax);
}

/** Remembers that there is no such id, unless something changed while it was looked for. */
export function rememberUnknown(fill: Fill): void {
  state.warm.delete(fill.secretId);
  if (fill.voided) return;
  state.unknown.set(fill.secretId, fill.startedAtMs + unknownLifeMs);
  dropOldest(state.unknown, unknownMax);
}

/** Forgets everything, proofs included. For tests that need a cold process. */
export function forgetSecrets(): void {
  state.warm.clear();
  state.unknown.clear();
}

function listenTo(next: Bus): void {
  state.stopListening();
  forgetSecrets();
  state.heardBus = next;
  state.stopListening = next.subscribe(hear);
}

function hear(message: BusMessage): void {
  if (message.kind === "key-changed") message.secretIds.forEach(dropRow);
  if (message.kind === "customer-changed") dropRowsOf(({ customer }) => customer?.id === message.customerId);
  if (message.kind === "role-changed")
    dropRowsOf(
      ({ workspaceId, roles }) => workspaceId === message.workspaceId && roles.includes(message.role),
    );
  if (message.kind === "plan-changed")
    dropRowsOf(({ workspaceId, plan }) => workspaceId === message.workspaceId && plan === message.plan);
  if (message.kind === "messages-missed") {
    for (const secretId of state.warm.keys()) dropRow(secretId);
    for (const fill of state.fills) fill.voided = true;
    state.unknown.clear();
  }
}

/** What is being read may be one of them, so no read under way is remembered. */
function dropRowsOf(isMeant: (key: VerifiedKey) => boolean): void {
  for (const [secretId, { row }] of state.warm)
    if (row !== null && isMeant(row.stored.key)) dropRow(secretId);
  for (const fill of state.fills) fill.voided = true;
}

/** The proof stays: a change of the key is no reason to pay for bcrypt again. */
function dropRow(secretId: string): void {
  const warm = state.warm.get(secretId);
  if (warm !== undefined) warm.row = null;
  state.unknown.delete(secretId);
  for (const fill of state.fills) if (fill.secretId === secretId) fill.voided = true;
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
