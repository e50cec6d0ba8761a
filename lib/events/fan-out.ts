import { bus } from "@/lib/bus/bus";
import type { LoadedBatch } from "@/lib/events/loading/insert-batch";
import { nodeName } from "@/lib/process/node-name";
import {
  decisionsAfter,
  loadedRecord,
  newestSeq,
  type LoadedDecision,
} from "@/lib/events/stream/loaded-decision";
import type { DecisionRecord } from "@/lib/events/schema";
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
    poll: null,
  }));

/** Workspaces whose rows someone follows here; the loader asks for their last position while it holds its lock. */
export function liveWorkspaces(): string[] {
  return [...fanOut().feeds.keys()];
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
  listen(state);
  const feed = state.feeds.get(workspaceId) ?? (await openFeed(state, workspaceId));
  feed.followers.add(follower);
  state.feeds.set(workspaceId, feed);
  const stop = () => {
    feed.followers.delete(follower);
    if (feed.followers.size === 0 && state.feeds.get(workspaceId) === feed) state.feeds.delete(workspaceId);
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
 * Hands out a batch that this process just stored. Where no other row can stand between the feed and the batch, the
 * records are handed out as they are; else the rows are read back in order.
 */
export function deliverLoaded(batch: readonly DecisionRecord[], loaded: LoadedBatch): void {
  const state = fanOut();
  if (state.feeds.size === 0) return;
  const { firstSeq } = loaded;
  for (const [workspaceId, feed] of state.feeds) {
    const before = loaded.before.get(workspaceId);
    if (firstSeq === null || before === undefined || before > feed.position || feed.reading) {
      void readOn(workspaceId, feed);
      continue;
    }
    const node = nodeName();
    batch.forEach((record, index) => {
      if (record.workspaceId === workspaceId)
        handOut(feed, loadedRecord(record, { seq: firstSeq + index, node }));
    });
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
