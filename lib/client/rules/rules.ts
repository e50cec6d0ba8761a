import { queryOptions } from "@tanstack/react-query";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { type ApiRequest, pathOf, request, requestNothing, send } from "@/lib/client/request/request";
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

const findingSchemas = () => import("@/lib/rules/findings/schema");

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
  /** The same with how often each matched. */
  matched: (filters: RuleFilters = {}) =>
    queryOptions({
      queryKey: [...rules.all, "matched", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await findingSchemas()).RuleList, {
          path: "/rules",
          query: { ...filters, include: "matches" },
          signal,
        }),
    }),
  /** What may be odd about rules, by their names. */
  findings: () =>
    queryOptions({
      queryKey: [...rules.all, "findings"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await findingSchemas()).Findings, { path: "/rules/findings", signal }),
      staleTime: 60_000,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...rules.all, "detail", id] as const,
      queryFn: ({ signal }) => request(storedRule, { path: pathOf`/rules/${id}`, signal }),
    }),
};

/** What goes with a write of rules. */
export interface RuleWrite {
  /** The rule's JSON with its `attachments`, as the person wrote it; the server judges it. */
  input: unknown;
  /** What the author says of the change; empty says nothing. */
  note: string;
}

/** A stored rule, and how far its version has come. */
export interface WrittenRule {
  rule: StoredRule;
  applied: AppliedNodes | null;
}

/** Live nodes that apply a version, and those that did not yet when the answer came. */
export interface AppliedNodes {
  nodes: number;
  waiting: number;
}

/** Answers when every live node applies it, or after 10 s. */
export function createRule(write: RuleWrite): Promise<WrittenRule> {
  return writeRule({ method: "POST", path: "/rules" }, write);
}

/** `input` holds the `version` that was read; another's change since then is a `stale` problem. */
export function updateRule({ id, ...write }: RuleWrite & { id: string }): Promise<WrittenRule> {
  return writeRule({ method: "PUT", path: pathOf`/rules/${id}` }, write);
}

async function writeRule(
  call: Pick<ApiRequest, "method" | "path">,
  { input, note }: RuleWrite,
): Promise<WrittenRule> {
  const query = { wait: "applied", note: note.trim() };
  const [response, reader] = await Promise.all([send({ ...call, query, body: input }), storedRule()]);
  return {
    rule: reader.parse(await response.json()),
    applied: appliedOf(response.headers.get("latchkey-applied")),
  };
}

/** Reads `all; version=12; nodes=2` and `timeout; version=12; nodes=2; waiting=1`. */
export function appliedOf(header: string | null): AppliedNodes | null {
  const numberOf = (name: string) => Number(new RegExp(`; ${name}=(\\d+)`).exec(header ?? "")?.[1] ?? 0);
  const nodes = numberOf("nodes");
  return nodes === 0 ? null : { nodes, waiting: numberOf("waiting") };
}

/** The rule as it stands, where a write was refused as stale; null when the refusal does not tell. */
export async function standingRule({ members }: ProblemError): Promise<StoredRule | null> {
  return (await storedRule()).safeParse(members["current"]).data ?? null;
}

/** Removes a rule and all its attachments. */
export function removeRule(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/rules/${id}` });
}
