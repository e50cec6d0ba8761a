import { queryOptions } from "@tanstack/react-query";
import { liveSource } from "@/lib/client/records/live-source";
import { pagedList } from "@/lib/client/request/paged-list";
import { pathOf, request } from "@/lib/client/request/request";
import type { AuditFilters, Decision, DecisionFilters } from "@/lib/events/schema";

const schemas = () => import("@/lib/events/schema");

export const decisions = {
  all: ["decisions"] as const,
  /** Newest first, a page at a time. A page may be empty while older ones remain to be searched. */
  list: (filters: DecisionFilters = {}, limit = 50) =>
    pagedList({
      queryKey: [...decisions.all, "list", filters, limit],
      path: "/decisions",
      query: { ...filters, limit },
      page: async () => (await schemas()).DecisionPage,
    }),
  /** Those that come behind `shown`. */
  live: (filters: DecisionFilters, shown: readonly Decision[]) =>
    liveSource({
      path: "/decisions/stream",
      filters,
      name: "decision",
      begin: { after: newestSeq(shown) },
      row: async () => (await schemas()).Decision,
    }),
  /** One decision by id; `not-found` until it is loaded, about 0.1 s after the call. */
  detail: (id: string) =>
    queryOptions({
      queryKey: [...decisions.all, "detail", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Decision, { path: pathOf`/decisions/${id}`, signal }),
      staleTime: Infinity,
    }),
  /** What today's rules make of a recorded call, from what was kept of it. Needs `read:rules` too. */
  explanation: (id: string) =>
    queryOptions({
      queryKey: [...decisions.all, "explanation", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/rules/ask/schema")).Explained, {
          path: pathOf`/decisions/${id}/explanation`,
          signal,
        }),
    }),
  /** The four counters over the last `minutes`. */
  summary: (minutes = 5) =>
    queryOptions({
      queryKey: [...decisions.all, "summary", minutes] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).DecisionSummary, {
          path: "/decisions/summary",
          query: { minutes },
          signal,
        }),
      refetchInterval: 5_000,
    }),
};

export const audit = {
  all: ["audit"] as const,
  /** Newest first, a page at a time. */
  list: (filters: AuditFilters = {}, limit = 25) =>
    pagedList({
      queryKey: [...audit.all, "list", filters, limit],
      path: "/audit",
      query: { ...filters, limit },
      page: async () => (await schemas()).AuditPage,
    }),
};

/** Sequence numbers are decimal text beyond what a number holds. */
function newestSeq(rows: readonly Decision[]): string {
  return String(rows.reduce((most, { seq }) => (BigInt(seq) > most ? BigInt(seq) : most), 0n));
}
