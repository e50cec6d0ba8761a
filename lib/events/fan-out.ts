import { bus } from "@/lib/bus/bus";
import type { LiveRows } from "@/lib/events/loading/live-rows";
import { nodeName } from "@/lib/process/node-name";
import {
  decisionsAfter,
  loadedRecord,
  newestSeq,
  type LoadedDecision,
} from "@/lib/events/stream/loaded-decision";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** One who follows a workspace. `take` is called in order of sequence numbers, without gap or double, and must not wait. */
export interface Follower {
  take(loaded: LoadedDecision): void;
  /** Nothing more will come: the process stops. */
  end(): void;
}

/** One workspace that is being followed in this process. */
interface Feed {
  /** Every row up to this sequence number was handed out. */
  position: number;
  followers: Set<Follower>;
  reading: boolean;
  /** Another read was asked for. */
  again: boolean;
}

interface FanOut {
  feeds: Map<string, Feed>;
  /** One opening per workspace at a time. */
  opening: Map<string, Promise<Feed>>;
  unsubscribe: (() => void) | null;
  /** Who is told when workspaces begin or cease to be followed. */
  followed: Set<(workspaceIds: string[]) => void>;
  poll: NodeJS.Timeout | null;
}

const rowsPerRead = 1_000;
const pollEveryMs = 5_000;
const pollUnheardMs = 500;

const fanOut = () =>
  processState<FanOut>("decision-fan-out", () => ({
    feeds: new Map(),
    opening: new Map(),
    unsubscribe: null,
    followed: new Set(),
    poll: null,
  }));

/** Workspaces whose rows someone follows here; the loader asks for their last position while it holds its lock. */
export function liveWorkspaces(): string[] {
  return [...fanOut().feeds.keys()];
}

/** Tells `listener` whenever the workspaces change that are followed here; answers how to end that. */
export function onFollowed(listener: (workspaceIds: string[]) => void): () => void {
  fanOut().followed.add(listener);
  return () => void fanOut().followed.delete(listener);
}

function tellFollowed(): void {
  for (const listener of fanOut().followed) listener(liveWorkspaces());
}

/**
 * Adds a follower. Returns the feed's position at that moment: the follower gets every row after it, and may read
 * those up to it from the database.
 */
export async function followWorkspace(
  workspaceId: string,
  follower: Follower,
): Promise<{ position: number; stop: () => void }> {
  const state = fanOut();
  const opened = state.feeds.get(workspaceId) ?? (await openFeed(state, workspaceId));
  // Another may have opened the same meanwhile; there is one feed per workspace.
  const feed = state.feeds.get(workspaceId) ?? opened;
  feed.followers.add(follower);
  state.feeds.set(workspaceId, feed);
  // Not before: the last of other feeds may have ended meanwhile, and listening with it.
  listen(state);
  tellFollowed();
  const stop = () => {
    feed.followers.delete(follower);
    if (feed.followers.size === 0 && state.feeds.get(workspaceId) === feed) state.feeds.delete(workspaceId);
    tellFollowed();
    if (state.feeds.size === 0) stopListening(state);
  };
  const { position } = feed;
  // Rows stored since the position was read, while nobody here was known to follow.
  void readOn(workspaceId, feed);
  return { position, stop };
}

function openFeed(state: FanOut, workspaceId: string): Promise<Feed> {
  const opening =
    state.opening.get(workspaceId) ??
    newestSeq(workspaceId)
      .then((position): Feed => ({ position, followers: new Set(), reading: false, again: false }))
      .finally(() => state.opening.delete(workspaceId));
  state.opening.set(workspaceId, opening);
  return opening;
}

/**
 * Hands out rows that this process just stored. Where no other row can stand between the feed and them, they are handed
 * out as they are; else they are read back in order.
 */
export function deliverLoaded(stored: readonly LiveRows[]): void {
  const node = nodeName();
  for (const [workspaceId, feed] of fanOut().feeds) {
    for (const { before, rows } of stored.filter((each) => each.workspaceId === workspaceId)) {
      if (rows === null || before > feed.position || feed.reading) void readOn(workspaceId, feed);
      else for (const { seq, record } of rows) handOut(feed, loadedRecord(record, { seq, node }));
    }
  }
}

/** Ends every live stream, when the process stops. */
export function closeFanOut(): void {
  const state = fanOut();
  for (const { followers } of state.feeds.values()) for (const follower of followers) follower.end();
  state.feeds.clear();
  stopListening(state);
}

function listen(state: FanOut): void {
  state.unsubscribe ??= bus().subscribe((message) => {
    if (message.kind !== "decisions-loaded") return;
    for (const workspaceId of message.workspaceIds) {
      const feed = state.feeds.get(workspaceId);
      if (feed !== undefined) void readOn(workspaceId, feed);
    }
  });
  schedulePoll(state);
}

function stopListening(state: FanOut): void {
  state.unsubscribe?.();
  state.unsubscribe = null;
  if (state.poll !== null) clearTimeout(state.poll);
  state.poll = null;
}

/** A slow look at the database beside the bus, quicker while the bus is down. */
function schedulePoll(state: FanOut): void {
  if (state.poll !== null) return;
  state.poll = setTimeout(
    () => {
      state.poll = null;
      if (state.unsubscribe === null) return;
      for (const [workspaceId, feed] of state.feeds) void readOn(workspaceId, feed);
      schedulePoll(state);
    },
    bus().healthy() ? pollEveryMs : pollUnheardMs,
  );
  state.poll.unref();
}

/** Reads what is behind the feed's position, to the end. One read per feed at a time. */
async function readOn(workspaceId: string, feed: Feed): Promise<void> {
  feed.again = true;
  if (feed.reading) return;
  feed.reading = true;
  try {
    while (feed.again && feed.followers.size > 0) {
      feed.again = false;
      const rows = await decisionsAfter({ workspaceId, after: feed.position, limit: rowsPerRead });
      for (const row of rows) handOut(feed, row);
      if (rows.length === rowsPerRead) feed.again = true;
    }
  } catch (error) {
    log.warn({ err: error }, "live decisions could not be read");
  } finally {
    feed.reading = false;
  }
}

function handOut(feed: Feed, loaded: LoadedDecision): void {
  if (loaded.seq <= feed.position) return;
  feed.position = loaded.seq;
  for (const follower of feed.followers) follower.take(loaded);
}
