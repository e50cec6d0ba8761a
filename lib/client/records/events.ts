import { infiniteQueryOptions } from "@tanstack/react-query";
import { followEvents as followServer, type StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { isFields } from "@/lib/client/request/read-unknown";
import { request, urlOf } from "@/lib/client/request/request";
import type { CloudEvent, EventFilters } from "@/lib/events/schema";

const schemas = () => import("@/lib/events/schema");

export const events = {
  all: ["events"] as const,
  /** Newest first, a page at a time. A page may be empty while older ones remain to be searched. */
  list: (filters: EventFilters = {}, limit = 50) =>
    infiniteQueryOptions({
      queryKey: [...events.all, "list", filters, limit] as const,
      queryFn: ({ pageParam, signal }) =>
        request(async () => (await schemas()).EventPage, {
          path: "/events",
          query: { ...filters, limit, cursor: pageParam },
          signal,
        }),
      initialPageParam: firstPage(),
      getNextPageParam: (page) => page.nextCursor,
    }),
};

/** What a subscriber is told. */
export interface EventListener {
  onEvent(event: CloudEvent): void;
  onState(state: StreamState, error: ProblemError | null): void;
  /** The server left out this many because they came faster than they were read. */
  onDropped(count: number): void;
}

/** Newest events that a first connection asks for, so that none is missed between a list and its stream. */
const overlap = 100;

/**
 * Follows events live, beginning with the newest few again; after a lost connection it resumes behind the last one seen,
 * so nothing is missed or doubled. Returns how to stop.
 */
export function followEvents(filters: EventFilters, listener: EventListener): () => void {
  let after: string | null = null;
  const address = () =>
    urlOf("/events/stream", { ...filters, ...(after === null ? { last: overlap } : { after }) });
  return followServer(address, {
    onState: (state, error) => listener.onState(state, error),
    async onEvent({ id, name, data }) {
      const value: unknown = JSON.parse(data);
      if (name === "message") {
        const { CloudEvent: reader } = await schemas();
        const event = reader.safeParse(value);
        if (event.success) listener.onEvent(event.data);
      } else if (name === "dropped" && isFields(value) && typeof value["count"] === "number")
        listener.onDropped(value["count"]);
      if (id !== null) after = id;
    },
  });
}

function firstPage(): string | null {
  return null;
}
