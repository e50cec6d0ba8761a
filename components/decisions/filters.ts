import { oneOf } from "@/lib/client/request/read-unknown";
import type { DecisionFilters } from "@/lib/events/schema";

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
  "source",
  "from",
  "to",
] as const;
type FilterName = (typeof filterNames)[number];

const verdicts: readonly string[] = ["allow", "deny", "limited"];
const sources: readonly string[] = ["gateway", "verify", "authorize", "forward-auth", "authzen"];
const statusClasses: readonly string[] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const longest = { q: 200, credential: 64, service: 100, rule: 200, method: 32, path: 2_048 } as const;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Whether the API would take a value for a filter. Said here again, so that the page loads without the API's schemas. */
function isMeant(name: FilterName, value: string): boolean {
  switch (name) {
    case "verdict":
      return verdicts.includes(value);
    case "source":
      return sources.includes(value);
    case "status":
      return statusClasses.includes(value);
    case "from":
    case "to":
      return moment.test(value) && !Number.isNaN(Date.parse(value));
    case "q":
    case "credential":
    case "service":
    case "rule":
    case "method":
    case "path":
      return value.length <= longest[name];
  }
}

/** The filters that an address names. What does not parse is left out, so that a mistyped address still shows a page. */
export function readFilters(search: Pick<URLSearchParams, "get">): DecisionFilters {
  const filters: DecisionFilters = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value === null || value === "") continue;
    if (isMeant(name, value)) Object.assign(filters, { [name]: value });
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
  source: null,
  from: null,
  to: null,
};

const typed = ["verdict", "credential", "service", "rule", "status", "method", "path", "source"] as const;

/** Reads `verdict:deny service:payments refund` as typed into the field: named filters, and the rest as text to find. */
export function readTyped(text: string): Partial<Record<FilterName, string | null>> {
  const change: Partial<Record<string, string | null>> = { q: null };
  const rest: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const name = oneOf(typed, word.slice(0, Math.max(0, colon)));
    const value = word.slice(colon + 1);
    if (name !== null && value !== "" && isMeant(name, value)) change[name] = value;
    else if (word !== "") rest.push(word);
  }
  if (rest.length > 0) change["q"] = rest.join(" ");
  return change;
}
