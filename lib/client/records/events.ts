import { liveSource } from "@/lib/client/records/live-source";
import { pagedList } from "@/lib/client/request/paged-list";
import type { EventFilters } from "@/lib/events/schema";

const schemas = () => import("@/lib/events/schema");

export const events = {
  all: ["events"] as const,
  /** Newest first, a page at a time. A page may be empty while older ones remain to be searched. */
  list: (filters: EventFilters = {}, limit = 50) =>
    pagedList({
      queryKey: [...events.all, "list", filters, limit],
      path: "/events",
      query: { ...filters, limit },
      page: async () => (await schemas()).EventPage,
    }),
  /** The newest few again, then those that come. */
  live: (filters: EventFilters) =>
    liveSource({
      path: "/events/stream",
      filters,
      name: "message",
      begin: { last: 100 },
      row: async () => (await schemas()).CloudEvent,
    }),
};
