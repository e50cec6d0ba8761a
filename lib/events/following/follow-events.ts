import { requireScope, type Actor } from "@/lib/api/actor";
import { eventTypes, isEventType } from "@/lib/events/catalogue";
import { type Chunk, joinFeed, placesNow } from "@/lib/events/following/event-feed";
import { frame } from "@/lib/events/following/frames";
import { eventsBetween, trailPlaces } from "@/lib/events/following/read-places";
import { resumeId } from "@/lib/events/following/resume-id";
import type { EventFilters } from "@/lib/events/schema";
import type { Happened, Places } from "@/lib/events/store/cloud-event";
import { newestEvents } from "@/lib/events/store/list-events";
import { reachOf, type Reach } from "@/lib/events/store/reach";
import { boundedQueue } from "@/lib/events/stream/bounded-queue";
import { keepOpen } from "@/lib/events/stream/keep-open";
import { newestSeq } from "@/lib/events/stream/loaded-decision";
import { noticeText, type StreamFormat } from "@/lib/events/stream/stream-response";
import type { PlatformScope } from "@/lib/scopes/catalogue";

/** What a client wants to follow. */
export interface FollowingEvents {
  filters: EventFilters;
  format: StreamFormat;
  /** What the client has; null begins with the next event, or with the newest `last`. */
  after: Places | null;
  last: number;
  /** Asked while the stream is open: who the same request would come from now. Throws a Problem when nobody any more. */
  authenticateAgain(): Promise<Actor>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** Bytes that wait for one reader; later ones are dropped and counted until it has read. */
export const waitingBytesMax = 512 * 1024;
const feedLooksEveryMs = 20;
const encoder = new TextEncoder();

/**
 * Events as they come, as bytes to be sent, without gap or double: first those behind `after` from the database, then
 * live. Needs `read:events`, and shows types whose scope the actor holds. Ends with an `end` frame when it loses any.
 */
export function followEvents(actor: Actor, following: FollowingEvents): AsyncGenerator<Uint8Array[]> {
  requireScope(actor, "read:events");
  return follow(actor, following, reachOf(actor, following.filters));
}

async function* follow(actor: Actor, following: FollowingEvents, reach: Reach): AsyncGenerator<Uint8Array[]> {
  const { format, signal } = following;
  const queue = chunkQueue();
  let isLive = false;
  let ended: string | null = null;
  const { feed, leave } = await joinFeed({
    reach,
    format,
    take: (chunk) => {
      if (isLive) queue.push(chunk);
    },
    end: () => queue.close(),
  });
  const positionText = (places: Places) => noticeText({ kind: "position", place: resumeId(places) }, format);
  const letGo = keepOpen(actor, {
    scopes: scopesOf(reach),
    authenticateAgain: following.authenticateAgain,
    signal,
    onGone: () => queue.close(),
    onLost() {
      ended = "The right to read events ended.";
      queue.close();
    },
    onBeat() {
      if (isLive && queue.isEmpty())
        queue.push({ bytes: encoder.encode(positionText(feed.places) || "\n"), count: 0 });
    },
  });
  try {
    let from = await startOf(reach.workspaceId, { after: following.after, places: feed.places });
    const write = (text: string) => [encoder.encode(text)];
    if (following.after === null && following.last > 0)
      yield write(await newestText(reach, { format, last: following.last, upTo: from }));
    yield write(positionText(from));
    while (!signal.aborted) {
      const upTo = later(from, feed.places);
      if (!isBehind(from, upTo)) {
        if (!isBehind(feed.places, from)) break;
        // What the feed still hands out of that, this client has.
        await new Promise((resolve) => setTimeout(resolve, feedLooksEveryMs));
        placesNow(feed);
        continue;
      }
      const { events, reached } = await eventsBetween(reach, { from, upTo });
      if (events.length > 0) yield write(textOf(events, { reach, format, from }));
      from = reached;
    }
    // Nothing is awaited between the loop's last look and this line, so nothing falls between.
    isLive = true;
    for (let waiting = await queue.take(); waiting !== null; waiting = await queue.take()) {
      const { items, dropped } = waiting;
      yield items.map(({ bytes }) => bytes);
      if (dropped > 0) yield write(noticeText({ kind: "dropped", count: dropped }, format));
    }
    if (ended !== null) yield write(noticeText({ kind: "end", reason: ended }, format));
  } finally {
    letGo();
    leave();
  }
}

/** What waits for one reader. */
export function chunkQueue() {
  return boundedQueue<Chunk>({
    itemsMax: Infinity,
    sizeMax: waitingBytesMax,
    weigh: ({ bytes, count }) => ({ size: bytes.length, count }),
  });
}

/** Losing any of these, the stream would show less than it began with. */
function scopesOf({ types }: Reach): PlatformScope[] {
  const own = [...types].filter(isEventType).map((type) => eventTypes[type].scope);
  return [...new Set<PlatformScope>(["read:events", ...own])];
}

function textOf(
  events: readonly Happened[],
  { reach, format, from }: { reach: Reach; format: StreamFormat; from: Places },
): string {
  let places = from;
  return events
    .map((happened) => {
      places = { ...places, [happened.stream]: happened.place };
      return frame({ happened, resume: resumeId(places), texts: {} }, { by: reach, format });
    })
    .join("");
}

/** The newest, oldest first. They say no place: who leaves among them begins anew. */
async function newestText(
  reach: Reach,
  { format, last, upTo }: { format: StreamFormat; last: number; upTo: Places },
): Promise<string> {
  const { events } = await newestEvents(reach, { before: null, limit: last, upTo });
  return events
    .reverse()
    .map((happened) => frame({ happened, resume: null, texts: {} }, { by: reach, format }))
    .join("");
}

/** Where a client goes on. From another node it may be ahead of this one's feed, but not of the database. */
async function startOf(
  workspaceId: string,
  { after, places }: { after: Places | null; places: Places },
): Promise<Places> {
  if (after === null) return places;
  if (!isBehind(places, after)) return after;
  const trail = (await trailPlaces([workspaceId])).get(workspaceId) ?? { event: 0, audit: 0 };
  return earlier(after, { ...trail, decision: 2 * (await newestSeq(workspaceId)) });
}

function later(one: Places, other: Places): Places {
  return {
    decision: Math.max(one.decision, other.decision),
    event: Math.max(one.event, other.event),
    audit: Math.max(one.audit, other.audit),
  };
}

function earlier(one: Places, other: Places): Places {
  return {
    decision: Math.min(one.decision, other.decision),
    event: Math.min(one.event, other.event),
    audit: Math.min(one.audit, other.audit),
  };
}

function isBehind(from: Places, places: Places): boolean {
  return from.decision < places.decision || from.event < places.event || from.audit < places.audit;
}
