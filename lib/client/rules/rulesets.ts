import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { pagedList } from "@/lib/client/request/paged-list";
import { request } from "@/lib/client/request/request";
import type { RolledBack, RulesetSummary } from "@/lib/rules/rulesets/schema";

const schemas = () => import("@/lib/rules/rulesets/schema");

/** One numbered version of the workspace's rules. */
export type Version = RulesetSummary;

export const rulesets = {
  all: ["rulesets"] as const,
  /** Newest first, a page at a time. */
  list: (limit = 25) =>
    pagedList({
      queryKey: [...rulesets.all, "list", limit],
      path: "/rulesets",
      query: { limit },
      page: async () => (await schemas()).RulesetPage,
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
