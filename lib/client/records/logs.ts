import { infiniteQueryOptions } from "@tanstack/react-query";
import { request } from "@/lib/client/request/request";
import type { FlushReceipt, LogFilters } from "@/lib/logs/schema";

const schemas = () => import("@/lib/logs/schema");

export const logs = {
  all: ["logs"] as const,
  /** Newest first, a page at a time. A page may be empty while older ones remain to be searched. */
  list: (filters: LogFilters = {}, limit = 50) =>
    infiniteQueryOptions({
      queryKey: [...logs.all, "list", filters, limit] as const,
      queryFn: ({ pageParam, signal }) =>
        request(async () => (await schemas()).LogPage, {
          path: "/logs",
          query: { ...filters, limit, cursor: pageParam },
          signal,
        }),
      initialPageParam: firstPage(),
      getNextPageParam: (page) => page.nextCursor,
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

function firstPage(): string | null {
  return null;
}
