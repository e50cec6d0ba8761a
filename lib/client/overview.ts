import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "@/lib/client/request/request";
import type { UsageRange } from "@/lib/usage/schema";

/** What the overview asks. `environment` left out means both. */
interface OverviewQuestion {
  range: UsageRange;
  environment?: "live" | "test";
}

export const overview = {
  all: ["overview"] as const,
  /** Everything the overview page shows; asked again every 30 s while it is open. */
  of: (question: OverviewQuestion) =>
    queryOptions({
      queryKey: [...overview.all, question] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/usage/schema")).Overview, {
          path: "/overview",
          query: { ...question },
          signal,
        }),
      placeholderData: keepPreviousData,
      refetchInterval: 30_000,
    }),
};
