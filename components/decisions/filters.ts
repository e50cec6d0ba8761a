import { DecisionFilters } from "@/lib/events/schema";

/** Names that stand in the address bar, in the order in which they are shown. */
export const filterNames = [
  "q",
  "verdict",
  "credential",
  "service",
  "rule",
  "status",
  "method",
  "path",
  "from",
  "to",
] as const;
type FilterName = (typeof filterNames)[number];

/** The filters that an address names. What does not parse is left out, so that a mistyped address still shows a page. */
export function readFilters(search: Pick<URLSearchParams, "get">): DecisionFilters {
  const filters: DecisionFilters = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value === null || value === "") continue;
    const parsed = DecisionFilters.safeParse({ [name]: value });
    if (parsed.success) Object.assign(filters, parsed.data);
  }
  return filters;
}

/** The filters of the view that an address shows: what arrives has no time but now. */
export function shownFilters(search: Pick<URLSearchParams, "get">): DecisionFilters {
  const filters = readFilters(search);
  if (search.get("view") === "history") return filters;
  delete filters.from;
  delete filters.to;
  return filters;
}

/** The address change that takes every filter away. */
export const noFilters: Readonly<Record<FilterName, null>> = {
  q: null,
  verdict: null,
  credential: null,
  service: null,
  rule: null,
  status: null,
  method: null,
  path: null,
  from: null,
  to: null,
};

const typed: ReadonlySet<string> = new Set([
  "verdict",
  "credential",
  "service",
  "rule",
  "status",
  "method",
  "path",
]);

/** Reads `verdict:deny service:payments refund` as typed into the field: named filters, and the rest as text to find. */
export function readTyped(text: string): Partial<Record<FilterName, string | null>> {
  const change: Partial<Record<string, string | null>> = { q: null };
  const rest: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const name = word.slice(0, colon);
    const value = word.slice(colon + 1);
    const isFilter = colon > 0 && typed.has(name) && DecisionFilters.safeParse({ [name]: value }).success;
    if (isFilter) change[name] = value;
    else if (word !== "") rest.push(word);
  }
  if (rest.length > 0) change["q"] = rest.join(" ");
  return change;
}
