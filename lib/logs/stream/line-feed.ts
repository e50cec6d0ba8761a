import { bus } from "@/lib/bus/bus";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";
import {
  writtenLine,
  writtenSelect,
  writtenServiceJoin,
  type WrittenRow,
} from "@/lib/logs/rows/written-line";
import { processState } from "@/lib/process/state";

/** One who follows the written lines of a workspace. `take` is called in order of places, without gap or double, and must not wait. */
export interface LineFollower {
  take(placed: PlacedLine): void;
  /** Nothing more will come: the process stops. */
  end(): void;
}

/** One workspace that is followed in this process. */
interface Feed {
  /** Every line up to this place was handed out. */
  position: number;
  followers: Set<LineFollower>;
  reading: boolean;
  /** Another read was asked for. */
  again: boolean;
}

interface Feeds {
  open: Map<string, Feed>;
  /** One opening per workspace at a time. */
  opening: Map<string, Promise<Feed>>;
  unsubscribe: (() => void) | null;
  poll: NodeJS.Timeout | null;
}

const linesPerRead = 200;
const pollEveryMs = 5_000;
const pollUnheardMs = 500;

const feeds = () =>
  processState<Feeds>("log-line-feeds", () => ({
    open: new Map(),
    opening: new Map(),
    unsubscribe: null,
    poll: null,
  }));

/** Workspaces whose lines someone follows here. */
export function followedLogs(): string[] {
  return [...feeds().open.keys()];
}

/** Adds a follower. It gets every line behind the feed's position, which is answered. */
export async function followLines(
  workspaceId: string,
  follower: LineFollower,
): Promise<{ position: number; stop: () => void }> {
  const state = feeds();
  const opened = state.open.get(workspaceId) ?? (await openFeed(state, workspaceId));
  // Another may have opened the same meanwhile; there is one feed per workspace.
  const feed = state.open.get(workspaceId) ?? opened;
  feed.followers.add(follower);
  state.open.set(workspaceId, feed);
  listen(state);
  const stop = () => {
    feed.followers.delete(follower);
    if (feed.followers.size === 0 && state.open.get(workspaceId) === feed) state.open.delete(workspaceId);
    if (state.open.size === 0) stopListening(state);
  };
  const { position } = feed;
  // Lines stored since the position was read, while nobody here was known to follow.
  void readOn(workspaceId, feed);
  return { position, stop };
}

/** Ends every live log, when the process stops. */
export function closeLineFeeds(): void {
  const state = feeds();
  for (const { followers } of state.open.values()) for (const follower of followers) follower.end();
  state.open.clear();
  stopListening(state);
}

function openFeed(state: Feeds, workspaceId: string): Promise<Feed> {
  const opening =
    state.opening.get(workspaceId) ??
    newestPlace(workspaceId)
      .then((position): Feed => ({ position, followers: new Set(), reading: false, again: false }))
      .finally(() => state.opening.delete(workspaceId));
  state.opening.set(workspaceId, opening);
  return opening;
}

/** The place of the newest line that was ever written there. */
export async function newestPlace(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ log_position: string }>(
    "select log_position from trail where workspace_id = $1",
    [workspaceId],
  );
  return Number(rows[0]?.log_position ?? 0);
}

function listen(state: Feeds): void {
  state.unsubscribe ??= bus().subscribe((message) => {
    if (message.kind === "logs-written") readAgain(state, message.workspaceId);
    if (message.kind === "messages-missed")
      for (const workspaceId of state.open.keys()) readAgain(state, workspaceId);
  });
  schedulePoll(state);
}

function readAgain(state: Feeds, workspaceId: string): void {
  const feed = state.open.get(workspaceId);
  if (feed !== undefined) void readOn(workspaceId, feed);
}

function stopListening(state: Feeds): void {
  state.unsubscribe?.();
  state.unsubscribe = null;
  if (state.poll !== null) clearTimeout(state.poll);
  state.poll = null;
}

/** A slow look at the database beside the bus, quicker while the bus is down. */
function schedulePoll(state: Feeds): void {
  if (state.poll !== null) return;
  state.poll = setTimeout(
    () => {
      state.poll = null;
      if (state.unsubscribe === null) return;
      for (const workspaceId of state.open.keys()) readAgain(state, workspaceId);
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
      const lines = await linesBehind(workspaceId, feed.position);
      for (const placed of lines) handOut(feed, placed);
      if (lines.length === linesPerRead) feed.again = true;
    }
  } catch (error) {
    log.warn({ err: error }, "a live log could not be read");
  } finally {
    feed.reading = false;
  }
}

async function linesBehind(workspaceId: string, position: number): Promise<PlacedLine[]> {
  const { rows } = await sql().query<WrittenRow>(
    `select ${writtenSelect} from log_line ${writtenServiceJoin}
      where log_line.workspace_id = $1 and position > $2 order by position limit ${linesPerRead}`,
    [workspaceId, position],
  );
  return rows.map(writtenLine);
}

function handOut(feed: Feed, placed: PlacedLine): void {
  if (placed.place <= feed.position) return;
  feed.position = placed.place;
  for (const follower of feed.followers) follower.take(placed);
}
