import { bus, type BusMessage } from "@/lib/bus/bus";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** One who follows a workspace. `take` is called in order of places, without gap or double, and must not wait. */
export interface Follower<Row> {
  take(row: Row): void;
  /** Nothing more will come: the process stops. */
  end(): void;
}

/** Rows of one kind, which each workspace numbers as they are stored. */
export interface FeedRows<Row> {
  /** What this process holds of them stands under this name. */
  name: string;
  /** The place of a workspace's newest row, 0 without any. */
  newestPlace(workspaceId: string): Promise<number>;
  /** The next rows behind a place, in order. */
  rowsBehind(workspaceId: string, place: number): Promise<Row[]>;
  /** As many as `rowsBehind` answers at most. */
  rowsPerRead: number;
  placeOf(row: Row): number;
  /** The workspaces of which a message says that rows were stored. */
  storedIn(message: BusMessage): readonly string[];
}

/** Rows that this process just stored, behind the place `before`; null when they must be read back. */
export interface StoredRows<Row> {
  workspaceId: string;
  before: number;
  rows: (() => Row[]) | null;
}

/** Hands a workspace's rows to all who follow it in this process: each row is read once. */
export interface WorkspaceFeeds<Row> {
  /** The follower gets every row behind the position that is answered. */
  follow(workspaceId: string, follower: Follower<Row>): Promise<{ position: number; stop: () => void }>;
  /** Workspaces that someone follows here. */
  followed(): string[];
  /** Tells `listener` whenever these change; answers how to end that. */
  onFollowed(listener: (workspaceIds: string[]) => void): () => void;
  /** Hands rows out as they are where no other can stand before them; else they are read back in order. */
  deliver(stored: StoredRows<Row>): void;
  /** Ends every follower, when the process stops. */
  end(): void;
}

/** One workspace that is followed in this process. */
interface Feed<Row> {
  workspaceId: string;
  /** Every row up to this place was handed out. */
  position: number;
  followers: Set<Follower<Row>>;
  reading: boolean;
  /** Another read was asked for. */
  again: boolean;
}

interface State<Row> {
  open: Map<string, Feed<Row>>;
  /** One opening per workspace at a time. */
  opening: Map<string, Promise<Feed<Row>>>;
  /** Who is told when workspaces begin or cease to be followed. */
  listeners: Set<(workspaceIds: string[]) => void>;
  unsubscribe: (() => void) | null;
  poll: NodeJS.Timeout | null;
}

/** Rows of a kind, and what this process holds of them. */
interface Room<Row> {
  kind: FeedRows<Row>;
  state: State<Row>;
}

const pollEveryMs = 5_000;
const pollUnheardMs = 500;

/** The feeds of rows of one kind. */
export function workspaceFeeds<Row>(kind: FeedRows<Row>): WorkspaceFeeds<Row> {
  const state = () =>
    processState<State<Row>>(kind.name, () => ({
      open: new Map(),
      opening: new Map(),
      listeners: new Set(),
      unsubscribe: null,
      poll: null,
    }));
  return {
    follow: (workspaceId, follower) => follow({ kind, state: state() }, workspaceId, follower),
    followed: () => [...state().open.keys()],
    onFollowed(listener) {
      state().listeners.add(listener);
      return () => void state().listeners.delete(listener);
    },
    deliver: (stored) => deliver({ kind, state: state() }, stored),
    end: () => endAll(state()),
  };
}

async function follow<Row>(
  room: Room<Row>,
  workspaceId: string,
  follower: Follower<Row>,
): Promise<{ position: number; stop: () => void }> {
  const { state } = room;
  const opened = state.open.get(workspaceId) ?? (await openFeed(room, workspaceId));
  // Another may have opened the same meanwhile; there is one feed per workspace.
  const feed = state.open.get(workspaceId) ?? opened;
  feed.followers.add(follower);
  state.open.set(workspaceId, feed);
  // Not before: the last of other feeds may have ended meanwhile, and listening with it.
  listen(room);
  tellFollowed(state);
  const stop = () => {
    feed.followers.delete(follower);
    if (feed.followers.size === 0 && state.open.get(workspaceId) === feed) state.open.delete(workspaceId);
    tellFollowed(state);
    if (state.open.size === 0) stopListening(state);
  };
  const { position } = feed;
  // Rows stored since the position was read, while nobody here was known to follow.
  void readOn(room, feed);
  return { position, stop };
}

function openFeed<Row>({ kind, state }: Room<Row>, workspaceId: string): Promise<Feed<Row>> {
  const opening =
    state.opening.get(workspaceId) ??
    kind
      .newestPlace(workspaceId)
      .then((position): Feed<Row> => ({
        workspaceId,
        position,
        followers: new Set(),
        reading: false,
        again: false,
      }))
      .finally(() => state.opening.delete(workspaceId));
  state.opening.set(workspaceId, opening);
  return opening;
}

function deliver<Row>(room: Room<Row>, { workspaceId, before, rows }: StoredRows<Row>): void {
  const feed = room.state.open.get(workspaceId);
  if (feed === undefined) return;
  if (rows === null || before > feed.position || feed.reading) void readOn(room, feed);
  else for (const row of rows()) handOut(room.kind, feed, row);
}

function endAll<Row>(state: State<Row>): void {
  for (const { followers } of state.open.values()) for (const follower of followers) follower.end();
  state.open.clear();
  stopListening(state);
}

function tellFollowed<Row>({ open, listeners }: State<Row>): void {
  for (const listener of listeners) listener([...open.keys()]);
}

function listen<Row>(room: Room<Row>): void {
  const { kind, state } = room;
  state.unsubscribe ??= bus().subscribe((message) => {
    if (message.kind === "messages-missed") return readAll(room);
    for (const workspaceId of kind.storedIn(message)) {
      const feed = state.open.get(workspaceId);
      if (feed !== undefined) void readOn(room, feed);
    }
  });
  schedulePoll(room);
}

function stopListening<Row>(state: State<Row>): void {
  state.unsubscribe?.();
  state.unsubscribe = null;
  if (state.poll !== null) clearTimeout(state.poll);
  state.poll = null;
}

/** A slow look at the database beside the bus, quicker while the bus is down. */
function schedulePoll<Row>(room: Room<Row>): void {
  const { state } = room;
  if (state.poll !== null) return;
  state.poll = setTimeout(
    () => {
      state.poll = null;
      readAll(room);
      schedulePoll(room);
    },
    bus().healthy() ? pollEveryMs : pollUnheardMs,
  );
  state.poll.unref();
}

function readAll<Row>(room: Room<Row>): void {
  for (const feed of room.state.open.values()) void readOn(room, feed);
}

/** Reads what is behind the feed's position, to the end. One read per feed at a time. */
async function readOn<Row>({ kind }: Room<Row>, feed: Feed<Row>): Promise<void> {
  feed.again = true;
  if (feed.reading) return;
  feed.reading = true;
  try {
    while (feed.again && feed.followers.size > 0) {
      feed.again = false;
      const rows = await kind.rowsBehind(feed.workspaceId, feed.position);
      for (const row of rows) handOut(kind, feed, row);
      if (rows.length === kind.rowsPerRead) feed.again = true;
    }
  } catch (error) {
    log.warn({ err: error, feed: kind.name }, "live rows could not be read");
  } finally {
    feed.reading = false;
  }
}

function handOut<Row>(kind: FeedRows<Row>, feed: Feed<Row>, row: Row): void {
  const place = kind.placeOf(row);
  if (place <= feed.position) return;
  feed.position = place;
  for (const follower of feed.followers) follower.take(row);
}
