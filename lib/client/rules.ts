import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request";
import { pageOf } from "@/lib/lists/schema";
import { Simulated, Validated, type Simulate } from "@/lib/rules/ask/schema";
import { RolledBack, RulesetDiff, RulesetPage, type RulesetSummary } from "@/lib/rules/rulesets/schema";
import { StoredRule } from "@/lib/rules/schema";

/** How a list of rules is narrowed. */
interface RuleFilters {
  q?: string;
  effect?: "allow" | "deny";
  mode?: "enforce" | "shadow" | "off";
  service?: string;
  credential?: string;
  cursor?: string;
  limit?: number;
}

const RulePage = pageOf(StoredRule);

export const rules = {
  all: ["rules"] as const,
  list: (filters: RuleFilters = {}) =>
    queryOptions({
      queryKey: [...rules.all, "list", filters] as const,
      queryFn: ({ signal }) => request(RulePage, { path: "/rules", query: { ...filters }, signal }),
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...rules.all, "detail", id] as const,
      queryFn: ({ signal }) => request(StoredRule, { path: pathOf`/rules/${id}`, signal }),
    }),
};

/** `input` is the rule's JSON with its `attachments`, as the person wrote it; the server judges it. */
export function createRule(input: unknown): Promise<StoredRule> {
  return request(StoredRule, { method: "POST", path: "/rules", body: input });
}

/** `input` holds the `version` that was read; another's change since then is a `stale` problem. */
export function updateRule({ id, input }: { id: string; input: unknown }): Promise<StoredRule> {
  return request(StoredRule, { method: "PUT", path: pathOf`/rules/${id}`, body: input });
}

export function removeRule(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/rules/${id}` });
}

/** One candidate rule of a simulated call. */
export type Candidate = Simulated["trace"]["candidates"][number];

export const validations = {
  all: ["validations"] as const,
  /** What the API says of a rule as written. */
  of: (input: unknown) =>
    queryOptions({
      queryKey: [...validations.all, input] as const,
      queryFn: ({ signal }) =>
        request(Validated, { method: "POST", path: "/rules/validate", body: input, signal }),
      staleTime: Infinity,
      gcTime: 60_000,
    }),
};

export const simulations = {
  all: ["simulations"] as const,
  /** What the rules of today, with `draft` among them if given, say of a request. Nothing is recorded. */
  of: (asked: z.input<typeof Simulate>) =>
    queryOptions({
      queryKey: [...simulations.all, asked] as const,
      queryFn: ({ signal }) =>
        request(Simulated, { method: "POST", path: "/rules/simulate", body: asked, signal }),
    }),
};

/** One numbered version of the workspace's rules. */
export type Version = RulesetSummary;

export const rulesets = {
  all: ["rulesets"] as const,
  /** Newest first, a page at a time. */
  list: (limit = 25) =>
    infiniteQueryOptions({
      queryKey: [...rulesets.all, "list", limit] as const,
      queryFn: ({ pageParam, signal }) =>
        request(RulesetPage, { path: "/rulesets", query: { limit, cursor: pageParam }, signal }),
      initialPageParam: firstPage(),
      getNextPageParam: (page) => page.nextCursor,
    }),
  /** What changed from one version to another; versions never change, so neither does this. */
  diff: (from: number, to: number) =>
    queryOptions({
      queryKey: [...rulesets.all, "diff", from, to] as const,
      queryFn: ({ signal }) => request(RulesetDiff, { path: "/rulesets/diff", query: { from, to }, signal }),
      staleTime: Infinity,
      placeholderData: keepPreviousData,
    }),
};

/** A new version whose rules are those of an older one. */
export function rollBack(version: number): Promise<RolledBack> {
  return request(RolledBack, { method: "POST", path: "/rulesets/rollback", body: { version } });
}

function firstPage(): string | null {
  return null;
}
