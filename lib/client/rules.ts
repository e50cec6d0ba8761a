import { queryOptions } from "@tanstack/react-query";
import { pathOf, request, requestNothing } from "@/lib/client/request";
import type { StoredRule } from "@/lib/rules/schema";

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

const storedRule = async () => (await import("@/lib/rules/schema")).StoredRule;

async function rulePage() {
  const [{ pageOf }, rule] = await Promise.all([import("@/lib/lists/schema"), storedRule()]);
  return pageOf(rule);
}

export const rules = {
  all: ["rules"] as const,
  list: (filters: RuleFilters = {}) =>
    queryOptions({
      queryKey: [...rules.all, "list", filters] as const,
      queryFn: ({ signal }) => request(rulePage, { path: "/rules", query: { ...filters }, signal }),
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...rules.all, "detail", id] as const,
      queryFn: ({ signal }) => request(storedRule, { path: pathOf`/rules/${id}`, signal }),
    }),
};

/** `input` is the rule's JSON with its `attachments`, as the person wrote it; the server judges it. */
export function createRule(input: unknown): Promise<StoredRule> {
  return request(storedRule, { method: "POST", path: "/rules", body: input });
}

/** `input` holds the `version` that was read; another's change since then is a `stale` problem. */
export function updateRule({ id, input }: { id: string; input: unknown }): Promise<StoredRule> {
  return request(storedRule, { method: "PUT", path: pathOf`/rules/${id}`, body: input });
}

export function removeRule(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/rules/${id}` });
}
