import { bus, type Bus, type BusMessage } from "@/lib/bus/bus";
import type { StoredSubject } from "@/lib/authzen/subjects/stored-subject";
import { rowLifeMs } from "@/lib/keys/authentication/warm-secrets";
import { processState } from "@/lib/process/state";

/** What was read of one id, and when. */
export interface WarmSubject {
  stored: StoredSubject;
  /** Milliseconds since 1970. */
  readAtMs: number;
}

/** One workspace's subjects. What was read while `changes` grew may be past and is not kept. */
interface Shelf {
  known: Map<string, WarmSubject>;
  /** Ids that name nobody here; apart, so that made-up ones do not push known ones out. */
  unknown: Map<string, WarmSubject>;
  changes: number;
}

const shelvesMax = 500;
const knownMax = 50_000;
const unknownMax = 10_000;

interface State {
  heardBus: Bus | null;
  stopListening: () => void;
  shelves: Map<string, Shelf>;
}

const state = processState<State>("warm-subjects", () => ({
  heardBus: null,
  stopListening: () => undefined,
  shelves: new Map(),
}));

/** What is remembered of an id, after making sure that this process hears of changes. */
export function warmSubject(workspaceId: string, id: string): WarmSubject | undefined {
  const current = bus();
  if (current !== state.heardBus) listenTo(current);
  const shelf = state.shelves.get(workspaceId);
  return shelf?.known.get(id) ?? shelf?.unknown.get(id);
}

/** Whether it may be judged by without asking the database. */
export function isFreshSubject({ readAtMs }: WarmSubject, nowMs: number): boolean {
  return nowMs - readAtMs < (state.heardBus?.healthy() === true ? rowLifeMs.healthy : rowLifeMs.deaf);
}

/** Begins a read: `keep` remembers what it found, and answers false when a change came in between. */
export function beginSubjectRead(workspaceId: string, id: string) {
  const shelf = shelfOf(workspaceId);
  const { changes } = shelf;
  const readAtMs = Date.now();
  return {
    keep(stored: StoredSubject): boolean {
      if (shelf.changes !== changes) return false;
      const isKnown = stored.keys.length > 0 || stored.customer !== null;
      shelf.known.delete(id);
      shelf.unknown.delete(id);
      const [map, max] = isKnown ? [shelf.known, knownMax] : [shelf.unknown, unknownMax];
      map.set(id, { stored, readAtMs });
      dropOldest(map, max);
      return true;
    },
  };
}

function shelfOf(workspaceId: string): Shelf {
  const found = state.shelves.get(workspaceId);
  if (found !== undefined) return found;
  const made: Shelf = { known: new Map(), unknown: new Map(), changes: 0 };
  state.shelves.set(workspaceId, made);
  dropOldest(state.shelves, shelvesMax);
  return made;
}

function listenTo(next: Bus): void {
  state.stopListening();
  state.shelves.clear();
  state.heardBus = next;
  state.stopListening = next.subscribe(hear);
}

function hear(message: BusMessage): void {
  if (message.kind === "key-changed")
    drop(message.workspaceId, ({ keys }) => keys.some(({ key }) => key.keyId === message.keyId));
  if (message.kind === "customer-changed")
    drop(
      message.workspaceId,
      ({ keys, customer }) =>
        customer?.id === message.customerId ||
        keys.some(({ key }) => key.customer?.id === message.customerId),
    );
  if (message.kind === "role-changed")
    drop(message.workspaceId, ({ keys }) => keys.some(({ key }) => key.roles.includes(message.role)));
  if (message.kind === "subjects-changed") dropIds(message.workspaceId, message.ids);
  if (message.kind === "messages-missed") {
    for (const shelf of state.shelves.values()) shelf.changes += 1;
    state.shelves.clear();
  }
}

/** What is being read may be one of them, so no read under way is remembered. */
function drop(workspaceId: string, isMeant: (stored: StoredSubject) => boolean): void {
  const shelf = state.shelves.get(workspaceId);
  if (shelf === undefined) return;
  shelf.changes += 1;
  for (const [id, { stored }] of shelf.known) if (isMeant(stored)) shelf.known.delete(id);
}

function dropIds(workspaceId: string, ids: readonly string[]): void {
  const shelf = state.shelves.get(workspaceId);
  if (shelf === undefined) return;
  shelf.changes += 1;
  for (const id of ids) {
    shelf.known.delete(id);
    shelf.unknown.delete(id);
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
