import { attribute, installation, nowhere } from "@/lib/events/failures/attribute";
import { type FailedAuthentication, partsOf } from "@/lib/events/failures/failed-authentication";
import { createFailureLedger, type FailureLedger, type Tally } from "@/lib/events/failures/ledger";
import { rowOf, writeRows, type FailureRow } from "@/lib/events/failures/write";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const everyMs = 1_000;

interface State {
  ledger: FailureLedger;
  /** Taken from the ledger and not written yet. While there is any, nothing more is taken. */
  taken: readonly Tally[];
  rows: readonly FailureRow[];
  timer: NodeJS.Timeout | null;
  writing: Promise<void>;
}

const state = processState<State>("failed-authentications", () => ({
  ledger: createFailureLedger(),
  taken: [],
  rows: [],
  timer: null,
  writing: Promise.resolve(),
}));

/** What a way in says of a credential that it refused. */
export interface Refused {
  via: FailedAuthentication["via"];
  /** The code that the caller was told. */
  reason: string;
  address: string | null;
  /** The presented value, of which only prefix and public id are kept; null when another credential was presented. */
  value: string | null;
  /** The key, when the value was genuine. */
  key: Pick<VerifiedKey, "workspaceId" | "keyId" | "secretId" | "name" | "prefix"> | null;
  /** Where it was tried, when the way in fixes that. */
  workspaceId?: string | null;
}

/**
 * Counts a failed authentication for the audit trail. Synchronous, never throws and keeps no value; the entries are
 * written in batches about a second later, and ever more rarely while the same goes on.
 */
export function noteFailedAuthentication({
  via,
  reason,
  address,
  value,
  key,
  workspaceId = null,
}: Refused): void {
  const parts =
    key === null
      ? value === null
        ? { prefix: null, secretId: null }
        : partsOf(value)
      : { prefix: key.prefix, secretId: key.secretId };
  const named = key === null ? null : { workspaceId: key.workspaceId, id: key.keyId, name: key.name };
  state.ledger.note({ workspaceId, via, reason, address, key: named, ...parts }, Date.now());
  state.timer ??= setInterval(() => void flushFailures("due"), everyMs).unref();
}

/** Writes what is due, or everything. Resolves when it is written, or logged as not writable yet. */
export function flushFailures(what: "due" | "all"): Promise<void> {
  const next = state.writing
    .then(() => write(what))
    .catch((error: unknown) => {
      log.warn({ err: error }, "failed authentications are not written yet");
    });
  state.writing = next;
  return next;
}

/** Writes everything and stops. Called at shutdown, before the database closes; what cannot be written is logged. */
export async function stopFailures(): Promise<void> {
  if (state.timer !== null) clearInterval(state.timer);
  state.timer = null;
  await flushFailures("all");
  const lost = [...state.taken, ...state.rows].reduce((sum, { count }) => sum + count, 0);
  if (lost > 0) log.error({ count: lost }, "failed authentications were not written before the end");
}

async function write(what: "due" | "all"): Promise<void> {
  await writeTaken();
  state.taken = what === "all" ? state.ledger.takeAll() : state.ledger.take(Date.now());
  await writeTaken();
}

/** Rows keep their ids until they are written, so a second try after a lost answer doubles nothing. */
async function writeTaken(): Promise<void> {
  if (state.taken.length > 0) {
    const attributions = await attribute(state.taken);
    state.rows = state.taken.map((tally, index) => rowOf(tally, attributions[index] ?? nowhere));
    state.taken = [];
    for (const { workspace_id, count, detail } of state.rows)
      if (workspace_id === installation)
        log.warn({ count, ...detail }, "authentication failed in no known workspace");
  }
  if (state.rows.length > 0) await writeRows(state.rows);
  state.rows = [];
}
