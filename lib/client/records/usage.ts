import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request } from "@/lib/client/request/request";
import type { KeyFlagPage } from "@/lib/usage/flags/schema";
import type { UsageFilters, UsagePeriod } from "@/lib/usage/question";
import type { UsageGroup, UsageRange } from "@/lib/usage/schema";

const schemas = () => import("@/lib/usage/schema");

/** Which calls are asked for: a stretch of time and filters; `limit` is the most groups to answer. */
export type UsageQuestion = z.input<typeof UsagePeriod> & z.input<typeof UsageFilters> & { limit?: number };

/** When a key's traffic departed from its own history, as the API answers it. */
export type KeyFlags = z.output<typeof KeyFlagPage>["items"];

export const usage = {
  all: ["usage"] as const,
  /** One key's calls. */
  ofKey: (keyId: string, range: UsageRange) =>
    queryOptions({
      queryKey: [...usage.all, "key", keyId, range] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).KeyUsage, {
          path: pathOf`/keys/${keyId}/usage`,
          query: { range },
          signal,
        }),
      placeholderData: keepPreviousData,
      refetchInterval: 30_000,
    }),
  /** Calls split by one thing. */
  by: (groupBy: UsageGroup, question: UsageQuestion) =>
    queryOptions({
      queryKey: [...usage.all, "by", groupBy, question] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Usage, {
          path: "/usage",
          query: { groupBy, ...question },
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  /** How quotas stand, the most used first; of one key or customer, or of all. */
  quotas: (of: { key?: string; customer?: string } = {}) =>
    queryOptions({
      queryKey: [...usage.all, "quotas", of] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).QuotaStandings, {
          path: "/usage/quotas",
          query: { ...of },
          signal,
        }),
      refetchInterval: 30_000,
    }),
  /** The newest flags of a key. */
  flags: (keyId: string) =>
    queryOptions({
      queryKey: [...usage.all, "flags", keyId] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/usage/flags/schema")).KeyFlagPage, {
          path: pathOf`/keys/${keyId}/flags`,
          query: { limit: 5 },
          signal,
        }),
    }),
};
