import { liveSource } from "@/lib/client/records/live-source";
import { pagedList } from "@/lib/client/request/paged-list";
import { request } from "@/lib/client/request/request";
import type { FlushReceipt, LogFilters } from "@/lib/logs/schema";

const schemas = () => import("@/lib/logs/schema");

export const logs = {
  all: ["logs"] as const,
  /** Newest first, a page at a time. A page may be empty while older ones remain to be searched. */
  list: (filters: LogFilters = {}, limit = 50) =>
    pagedList({
      queryKey: [...logs.all, "list", filters, limit],
      path: "/logs",
      query: { ...filters, limit },
      page: async () => (await schemas()).LogPage,
    }),
  /** The newest few again, then those that come. */
  live: (filters: LogFilters) =>
    liveSource({
      path: "/logs/stream",
      filters,
      name: "line",
      begin: { last: 200 },
      row: async () => (await schemas()).LogLine,
    }),
};

/** Empties the log, or that of one service (slug or id). */
export function flushLogs(service: string | null): Promise<FlushReceipt> {
  return request(async () => (await schemas()).FlushReceipt, {
    method: "DELETE",
    path: "/logs",
    query: { service },
  });
}
