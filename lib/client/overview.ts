import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { pathOf, request } from "@/lib/client/request";
import { KeyUsage, Overview, Usage, type UsageGroup, type UsageRange } from "@/lib/usage/schema";

/** What the overview and usage pages ask. `environment` left out means both. */
interface UsageQuestion {
  range: UsageRange;
  environment?: "live" | "test";
}

export const overview = {
  all: ["overview"] as const,
  /** Everything the overview page shows; asked again every 30 s while it is open. */
  of: (question: UsageQuestion) =>
    queryOptions({
      queryKey: [...overview.all, question] as const,
      queryFn: ({ signal }) => request(Overview, { path: "/overview", query: { ...question }, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: 30_000,
    }),
};

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
};
