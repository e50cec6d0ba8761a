import { bus } from "@/lib/bus/bus";
import { eventTypeNames } from "@/lib/events/catalogue";
import { followWorkspace } from "@/lib/events/fan-out";
import { eventsBetween, trailPlaces } from "@/lib/events/following/read-places";
import { frame, type Framed } from "@/lib/events/following/frames";
import { resumeId } from "@/lib/events/following/resume-id";
import type { Happened, Places } from "@/lib/events/store/cloud-event";
import { reaches, type Reach } from "@/lib/events/store/reach";
import { askedHappened, decisionHappened } from "@/lib/events/store/sources";
import type { LoadedDecision } from "@/lib/events/stream/loaded-decision";
import type { StreamFormat } from "@/lib/events/stream/stream-response";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

/** Events written down together. */
export interface Chunk {
  bytes: Uint8Array;
  /** Events in it. */
  count: number;
}

/** Who follows a workspace's events, and how. */
export interface FeedReader {
  reach: Reach;
  format: StreamFormat;
  /** Called with what concerns the reader, in order of places, without gap or double; must not wait. */
  take(chunk: Chunk): void;
  /** Nothing more will come: the process stops. */
  end(): void;
}

/** Readers who get the same bytes. */
interface Audience {
  reach: Reach;
  format: StreamFormat;
  readers: Set<FeedReader>;
}

/** One workspace that is being followed in this process. */
export interface EventFeed {
  workspaceId: string;
  /** Every event up to here was handed out. */
  places: Places;
  /** Events that wait to be handed out together, and the places that they reach. */
  pending: Happened[];
  gathered: Places;
  audiences: Map<string, Audience>;
  /** Types that somebody wants. */
  wanted: ReadonlySet<string>;
  timer: NodeJS.Timeout | null;
  stopDecisions: () => void;
}

interface Feeds {
  open: Map<string, EventFeed>;
  opening: Map<string, Promise<EventFeed>>;
  poll: NodeJS.Timeout | null;
  unsubscribe: (() => void) | null;
  asking: boolean;
}

/** Events that come within this time go out together. */
export const gatherMs = 100;
const pollMs = 200;

const feeds = () =>
  processState<Feeds>("event-feeds", () => ({
    open: new Map(),
    opening: new Map(),
    poll: null,
    unsubscribe: null,
    asking: false,
  }));

/** Adds a reader. It gets every event behind the feed's places of that moment; how to stop is answered with the feed. */
export async function joinFeed(reader: FeedReader): Promise<{ feed: EventFeed; leave: () => void }> {
  const state = feeds();
  const { workspaceId } = reader.reach;
  const opened = state.open.get(workspaceId) ?? (await openFeed(state, workspaceId));
  const feed = state.open.get(workspaceId) ?? opened;
  state.open.set(workspaceId, feed);
  // What was gathered may lack types that only this reader wants.
  handOut(feed);
  const key = JSON.stringify([reader.format, { ...reader.reach, types: [...reader.reach.types] }]);
  const audience = feed.audiences.get(key) ?? { ...reader, readers: new Set() };
  audience.readers.add(reader);
  feed.audiences.set(key, audience);
  wantAnew(feed);
  listen(state);
  const leave = () => {
    audience.readers.delete(reader);
    if (audience.readers.size > 0 || feed.audiences.get(key) !== audience) return;
    feed.audiences.delete(key);
    wantAnew(feed);
    if (feed.audiences.size === 0) close(state, feed);
  };
  return { feed, leave };
}

function openFeed(state: Feeds, workspaceId: string): Promise<EventFeed> {
  const opening =
    state.opening.get(workspaceId) ?? makeFeed(workspaceId).finally(() => state.opening.delete(workspaceId));
  state.opening.set(workspaceId, opening);
  return opening;
}

async function makeFeed(workspaceId: string): Promise<EventFeed> {
  const places: Places = { decision: 0, event: 0, audit: 0 };
  const feed: EventFeed = {
    workspaceId,
    places,
    pending: [],
    gathered: places,
    audiences: new Map(),
    wanted: new Set(),
    timer: null,
    stopDecisions: () => undefined,
  };
  const trail = (await trailPlaces([workspaceId])).get(workspaceId) ?? { event: 0, audit: 0 };
  const { position, stop } = await followWorkspace(workspaceId, {
    take: (loaded) => takeDecision(feed, loaded),
    end: () => endAll(feed),
  });
  feed.stopDecisions = stop;
  feed.places = { ...trail, decision: 2 * position };
  feed.gathered = { ...feed.places, decision: Math.max(feed.gathered.decision, 2 * position) };
  return feed;
}

function endAll(feed: EventFeed): void {
  for (const { readers } of feed.audiences.values()) for (const reader of [...readers]) reader.end();
}

function close(state: Feeds, feed: EventFeed): void {
  feed.stopDecisions();
  if (feed.timer !== null) clearTimeout(feed.timer);
  if (state.open.get(feed.workspaceId) === feed) state.open.delete(feed.workspaceId);
  if (state.open.size > 0) return;
  if (state.poll !== null) clearInterval(state.poll);
  state.poll = null;
  state.unsubscribe?.();
  state.unsubscribe = null;
}

function wantAnew(feed: EventFeed): void {
  const reachesOf = [...feed.audiences.values()].map(({ reach }) => reach);
  feed.wanted = new Set(eventTypeNames.filter((type) => reachesOf.some(({ types }) => types.has(type))));
}

function listen(state: Feeds): void {
  state.poll ??= setInterval(() => void lookForMore(state), pollMs).unref();
  // The loader tells of role checks together with decisions.
  state.unsubscribe ??= bus().subscribe((message) => {
    if (message.kind === "decisions-loaded" && message.workspaceIds.some((id) => state.open.has(id)))
      void lookForMore(state);
  });
}

/** How far a feed came, with all that it gathered handed out. */
export function placesNow(feed: EventFeed): Places {
  handOut(feed);
  return feed.places;
}

/** Looks how far the trails of all followed workspaces reach, in one statement. */
async function lookForMore(state: Feeds): Promise<void> {
  if (state.asking || state.open.size === 0) return;
  state.asking = true;
  try {
    const trails = await trailPlaces([...state.open.keys()]);
    await Promise.all(
      [...state.open.values()].map(async (feed) => {
        const upTo = trails.get(feed.workspaceId);
        if (upTo !== undefined) await readOn(feed, upTo);
      }),
    );
  } catch (error) {
    log.warn({ err: error }, "live events could not be read");
  } finally {
    state.asking = false;
  }
}

/** Gathers what is behind the feed, to the end. Everyone's: what each reader may see is told apart when it is handed out. */
async function readOn(feed: EventFeed, upTo: Pick<Places, "event" | "audit">): Promise<void> {
  for (;;) {
    const { decision, event, audit } = feed.gathered;
    if (event >= upTo.event && audit >= upTo.audit) return;
    const span = {
      from: { decision, event, audit },
      upTo: { decision, event: Math.max(event, upTo.event), audit: Math.max(audit, upTo.audit) },
    };
    const { events, reached } = await eventsBetween(everythingOf(feed.workspaceId), span);
    for (const happened of events) gather(feed, happened);
    feed.gathered = { ...feed.gathered, event: reached.event, audit: reached.audit };
  }
}

/** Also what nobody wants yet: somebody may by the time that it is read. */
function everythingOf(workspaceId: string): Reach {
  return { workspaceId, types: new Set<string>(eventTypeNames), bound: null };
}

function takeDecision(feed: EventFeed, { seq, decision, roleCheck }: LoadedDecision): void {
  if (roleCheck !== undefined)
    gather(
      feed,
      askedHappened({ seq, id: decision.id, at: decision.at, count: decision.count, check: roleCheck }),
    );
  gather(feed, decisionHappened(decision));
}

function gather(feed: EventFeed, happened: Happened): void {
  feed.gathered = { ...feed.gathered, [happened.stream]: happened.place };
  if (!feed.wanted.has(happened.type)) return;
  feed.pending.push(happened);
  feed.timer ??= setTimeout(() => handOut(feed), gatherMs);
}

/** Hands out what was gathered: written down once for all readers who get the same. */
function handOut(feed: EventFeed): void {
  if (feed.timer !== null) clearTimeout(feed.timer);
  feed.timer = null;
  const batch = feed.pending.map((happened): Framed => {
    feed.places = { ...feed.places, [happened.stream]: happened.place };
    return { happened, resume: resumeId(feed.places), texts: {} };
  });
  feed.pending = [];
  feed.places = feed.gathered;
  if (batch.length === 0) return;
  for (const { reach, format, readers } of feed.audiences.values()) {
    const theirs = batch.filter(({ happened }) => reaches(reach, happened));
    if (theirs.length === 0) continue;
    const text = theirs.map((framed) => frame(framed, { by: reach, format })).join("");
    const chunk = { bytes: Buffer.from(text), count: theirs.length };
    for (const reader of readers) reader.take(chunk);
  }
}
