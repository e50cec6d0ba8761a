import { requireScope, type Actor } from "@/lib/api/actor";
import { followWorkspace } from "@/lib/events/fan-out";
import { keepOpen } from "@/lib/events/stream/keep-open";
import { newestSeq } from "@/lib/events/stream/loaded-decision";
import { rowQueue, taken, type RowQueue, type StreamItem } from "@/lib/events/stream/row-queue";
import { accessLine } from "@/lib/logs/rows/access-line";
import { boundLogFilters, passesLog, type BoundLogFilters } from "@/lib/logs/rows/log-filter";
import { newestLines } from "@/lib/logs/rows/newest-lines";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";
import type { LogFilters, LogLine } from "@/lib/logs/schema";
import { followLines, newestPlace } from "@/lib/logs/stream/line-feed";
import { linesBetween } from "@/lib/logs/stream/lines-between";
import { placeText, type Places } from "@/lib/logs/stream/stream-place";

/** What a client wants to follow. */
export interface FollowLogs {
  filters: LogFilters;
  /** How many of the newest lines it wants first, when it does not resume. */
  last: number;
  /** How far it came before; null begins with the next line. */
  after: Places | null;
  /** Asked while the stream is open: who the same request would come from now. Throws a {@link Problem} when nobody any more. */
  authenticateAgain(): Promise<Actor>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/**
 * Lines as they come, without gap or double: first a backlog or those behind `after`, then live. Each source's lines keep
 * their order. Each step yields what waits for this client; the stream ends with an `end` item when the caller loses its
 * right. Needs `read:logs`.
 */
export async function followLogs(
  actor: Actor,
  following: FollowLogs,
): Promise<AsyncGenerator<StreamItem<LogLine>[]>> {
  requireScope(actor, "read:logs");
  return follow(actor, following, await boundLogFilters(actor, following.filters));
}

/** What has been handed out by the feeds, and whether it goes to the queue yet. */
interface Live {
  on: boolean;
  newest: Places;
  /** Why nothing more comes, when the right is lost. */
  ended: string | null;
}

async function* follow(
  actor: Actor,
  following: FollowLogs,
  filters: BoundLogFilters,
): AsyncGenerator<StreamItem<LogLine>[]> {
  const { workspaceId } = actor;
  const queue = rowQueue(weightOf);
  const live: Live = { on: false, newest: { service: 0, gateway: 0 }, ended: null };
  const stops: (() => void)[] = [];
  try {
    stops.push(...(await followBoth(workspaceId, { queue, live, filters })));
    stops.push(watch(actor, following, { queue, live }));
    const from = await startOf(workspaceId, { after: following.after, newest: { ...live.newest } });
    live.newest = later(live.newest, from);
    if (following.after === null && following.last > 0)
      yield await backlog(workspaceId, { filters, limit: following.last, upTo: from });
    yield [{ kind: "position", place: placeText(from) }];
    while (isBehind(from, live.newest) && !following.signal.aborted) {
      const items = await linesBetween(workspaceId, { filters, from, upTo: { ...live.newest } });
      if (items.length > 0) yield items;
    }
    // Nothing is awaited between the loop's last look and this line, so no line falls between.
    live.on = true;
    yield* taken(queue);
    if (live.ended !== null) yield [{ kind: "end", reason: live.ended }];
  } finally {
    for (const stop of stops) stop();
  }
}

/** Takes part in both feeds. */
async function followBoth(
  workspaceId: string,
  { queue, live, filters }: { queue: RowQueue<LogLine>; live: Live; filters: BoundLogFilters },
): Promise<(() => void)[]> {
  const take = (placed: PlacedLine) => {
    if (placed.place <= live.newest[placed.line.source]) return;
    live.newest[placed.line.source] = placed.place;
    if (live.on && passesLog(filters, placed))
      queue.push({ kind: "row", row: placed.line, place: placeText(live.newest) });
  };
  const end = () => queue.close();
  const written = await followLines(workspaceId, { take, end });
  live.newest.service = Math.max(live.newest.service, written.position);
  try {
    const decisions = await followWorkspace(workspaceId, {
      take(loaded) {
        if (loaded.decision.source === "gateway") take(accessLine(loaded));
        else live.newest.gateway = Math.max(live.newest.gateway, loaded.seq);
      },
      end,
    });
    live.newest.gateway = Math.max(live.newest.gateway, decisions.position);
    return [written.stop, decisions.stop];
  } catch (error) {
    written.stop();
    throw error;
  }
}

/** Ends the stream with the caller's right or with the client, and says now and then how far it came. */
function watch(
  actor: Actor,
  { authenticateAgain, signal }: FollowLogs,
  { queue, live }: { queue: RowQueue<LogLine>; live: Live },
): () => void {
  return keepOpen(actor, {
    scopes: ["read:logs"],
    authenticateAgain,
    signal,
    onGone: () => queue.close(),
    onLost() {
      live.ended = "The right to read logs ended.";
      queue.close();
    },
    onBeat() {
      if (live.on && queue.isEmpty()) queue.push({ kind: "position", place: placeText(live.newest) });
    },
  });
}

function weightOf({ message, data }: LogLine) {
  return { size: message.length + (data === null ? 0 : JSON.stringify(data).length), count: 1 };
}

/** Where the client goes on. From another node it may be ahead of this one's feeds, but not of the database. */
async function startOf(
  workspaceId: string,
  { after, newest }: { after: Places | null; newest: Places },
): Promise<Places> {
  if (after === null) return newest;
  const { service, gateway } = after;
  return {
    service: service <= newest.service ? service : Math.min(service, await newestPlace(workspaceId)),
    gateway: gateway <= newest.gateway ? gateway : Math.min(gateway, await newestSeq(workspaceId)),
  };
}

function later(one: Places, other: Places): Places {
  return { service: Math.max(one.service, other.service), gateway: Math.max(one.gateway, other.gateway) };
}

function isBehind(from: Places, newest: Places): boolean {
  return from.service < newest.service || from.gateway < newest.gateway;
}

/** The newest lines up to the places, oldest first. */
async function backlog(
  workspaceId: string,
  question: { filters: BoundLogFilters; limit: number; upTo: Places },
): Promise<StreamItem<LogLine>[]> {
  const { lines } = await newestLines({ workspaceId, ...question, behind: null });
  return lines.reverse().map(({ line }) => ({ kind: "row", row: line, place: null }));
}
