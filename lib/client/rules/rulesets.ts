import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "@/lib/client/request/request";
import type { RolledBack, RulesetSummary } from "@/lib/rules/rulesets/schema";

const schemas = () => import("@/lib/rules/rulesets/schema");

/** One numbered version of the workspace's rules. */
export type Version = RulesetSummary;

export const rulesets = {
  all: ["rulesets"] as const,
  /** Newest first, a page at a time. */
  list: (limit = 25) =>
    infiniteQueryOptions({
      queryKey: [...rulesets.all, "list", limit] as const,
      queryFn: ({ pageParam, signal }) =>
        request(async () => (await schemas()).RulesetPage, {
          path: "/rulesets",
          query: { limit, cursor: pageParam },
          signal,
        }),
      initialPageParam: firstPage(),
      getNextPageParam: (page) => page.nextCursor,
    }),
  /** What changed from one version to another; versions never change, so neither does this. */
  diff: (from: number, to: number) =>
    queryOptions({
      queryKey: [...rulesets.all, "diff", from, to] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).RulesetDiff, {
          path: "/rulesets/diff",
          query: { from, to },
          signal,
        }),
      staleTime: Infinity,
      placeholderData: keepPreviousData,
    }),
};

/** A new version whose rules are those of an older one. */
export function rollBack(version: number): Promise<RolledBack> {
  return request(async () => (await schemas()).RolledBack, {
    method: "POST",
    path: "/rulesets/rollback",
    body: { version },
  });
}

function firstPage(): string | null {
  return null;
}
