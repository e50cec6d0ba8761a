import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { pathOf, request } from "@/lib/client/request";
import { KeyFlagPage } from "@/lib/usage/flags/schema";
import type { UsageFilters, UsagePeriod } from "@/lib/usage/question";
import { KeyUsage, Usage, type UsageGroup, type UsageRange } from "@/lib/usage/schema";

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
        request(KeyUsage, { path: pathOf`/keys/${keyId}/usage`, query: { range }, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: 30_000,
    }),
  /** Calls split by one thing. */
  by: (groupBy: UsageGroup, question: UsageQuestion) =>
    queryOptions({
      queryKey: [...usage.all, "by", groupBy, question] as const,
      queryFn: ({ signal }) => request(Usage, { path: "/usage", query: { groupBy, ...question }, signal }),
      placeholderData: keepPreviousData,
    }),
  /** The newest flags of a key. */
  flags: (keyId: string) =>
    queryOptions({
      queryKey: [...usage.all, "flags", keyId] as const,
      queryFn: ({ signal }) =>
        request(KeyFlagPage, { path: pathOf`/keys/${keyId}/flags`, query: { limit: 5 }, signal }),
    }),
};
