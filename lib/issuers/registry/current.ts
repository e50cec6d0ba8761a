import { Problem } from "@/lib/api/problem";
import { bus, type Bus, type BusMessage } from "@/lib/bus/bus";
import type { IssuerRegistry } from "@/lib/issuers/registry/compiled-issuer";
import { loadRegistry } from "@/lib/issuers/registry/load";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** How old a registry may get before it is read again: changes arrive by the bus, unless it is deaf. */
export const registryLifeMs = { healthy: 60_000, deaf: 5_000 } as const;

/** Older than this it is read again in the background, before anybody has to wait. */
const refreshAfterMs = 30_000;

/** Workspaces whose issuers are held. */
const heldMax = 5_000;

/** A read that a change voided is repeated this often. */
const readsMax = 5;

interface Entry {
  registry: IssuerRegistry | null;
  /** False after a change: what is held then only serves to keep what did not change. */
  current: boolean;
  readAt: number;
  /** Counts changes, so that a read which began before one is not believed. */
  changes: number;
  loading: Promise<IssuerRegistry> | null;
}

interface State {
  heardBus: Bus | null;
  stopListening: () => void;
  entries: Map<string, Entry>;
}

const state = processState<State>("issuers", () => ({
  heardBus: null,
  stopListening: () => undefined,
  entries: new Map(),
}));

/**
 * The issuers of a workspace, synchronous while they are held. Rejects with `unavailable` while the database cannot
 * be asked: whose a token is then cannot be told, so it is neither believed nor passed on.
 */
export function currentIssuers(workspaceId: string): IssuerRegistry | Promise<IssuerRegistry> {
  const healthy = listen();
  const entry = entryOf(workspaceId);
  const age = performance.now() - entry.readAt;
  if (entry.registry === null || !entry.current || age >= registryLifeMs[healthy ? "healthy" : "deaf"])
    return load(workspaceId, entry);
  if (age >= refreshAfterMs) load(workspaceId, entry).catch(() => undefined);
  return entry.registry;
}

/** Tells every node that a workspace's issuers changed; this one believes nothing older when it returns. */
export function announceIssuers(workspaceId: string): Promise<void> {
  listen();
  return bus().publish({ kind: "issuers-changed", workspaceId });
}

function entryOf(workspaceId: string): Entry {
  const known = state.entries.get(workspaceId);
  if (known !== undefined) return known;
  const entry: Entry = { registry: null, current: false, readAt: -Infinity, changes: 0, loading: null };
  state.entries.set(workspaceId, entry);
  const [oldest] = state.entries.keys();
  if (state.entries.size > heldMax && oldest !== undefined) state.entries.delete(oldest);
  return entry;
}

function load(workspaceId: string, entry: Entry): Promise<IssuerRegistry> {
  entry.loading ??= readUntilCurrent(workspaceId, entry).finally(() => (entry.loading = null));
  return entry.loading;
}

async function readUntilCurrent(workspaceId: string, entry: Entry): Promise<IssuerRegistry> {
  for (let reads = 1; ; reads += 1) {
    const { changes } = entry;
    const readAt = performance.now();
    const registry = await loadRegistry(workspaceId, entry.registry).catch(unavailable);
    entry.registry = registry;
    entry.current = entry.changes === changes;
    entry.readAt = readAt;
    if (entry.current || reads === readsMax) return registry;
  }
}

function listen(): boolean {
  const current = bus();
  if (current !== state.heardBus) {
    state.stopListening();
    state.entries.forEach(change);
    state.heardBus = current;
    state.stopListening = current.subscribe(hear);
  }
  return current.healthy();
}

function hear(message: BusMessage): void {
  if (message.kind === "messages-missed") state.entries.forEach(change);
  if (message.kind !== "issuers-changed") return;
  const entry = state.entries.get(message.workspaceId);
  if (entry !== undefined) change(entry);
}

function change(entry: Entry): void {
  entry.changes += 1;
  entry.current = false;
}

function unavailable(error: unknown): never {
  log.warn({ err: error }, "issuers could not be read");
  throw new Problem("unavailable", "The issuers of this workspace cannot be read right now.", {
    retryAfterSeconds: 1,
  });
}
