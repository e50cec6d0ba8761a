import type { EventFilters } from "@/lib/events/schema";

/** Names that stand in the address bar, in the order in which they are shown. */
export const filterNames = ["type", "subject", "customer", "credential", "from", "to"] as const;
type FilterName = (typeof filterNames)[number];

const longest = 100;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const typeName = /^[a-z-]+\.(\*|[a-z-]+)$/;

function isMeant(name: FilterName, value: string): boolean {
  if (name === "type") return typeName.test(value);
  if (name === "from" || name === "to") return moment.test(value) && !Number.isNaN(Date.parse(value));
  return value.length <= (name === "credential" ? 64 : longest);
}

/** The filters of the view that an address shows; what does not parse is left out. What arrives has no time but now. */
export function shownFilters(search: Pick<URLSearchParams, "get">): EventFilters {
  const isStored = search.get("view") === "history";
  const filters: EventFilters = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value === null || value === "" || (!isStored && (name === "from" || name === "to"))) continue;
    if (isMeant(name, value)) Object.assign(filters, { [name]: value });
  }
  return filters;
}

/** The address change that takes every filter away. */
export const noFilters: Readonly<Record<FilterName, null>> = {
  type: null,
  subject: null,
  customer: null,
  credential: null,
  from: null,
  to: null,
};
