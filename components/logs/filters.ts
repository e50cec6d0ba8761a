import type { LogFilters } from "@/lib/logs/schema";

/** Names that stand in the address bar, in the order in which they are shown. */
export const filterNames = ["q", "level", "service", "source", "traceId", "from", "to"] as const;
type FilterName = (typeof filterNames)[number];

const levels: readonly string[] = ["trace", "debug", "info", "warn", "error", "fatal"];
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Whether the API would take a value for a filter. Said here again, so that the page loads without the API's schemas. */
function isMeant(name: FilterName, value: string): boolean {
  switch (name) {
    case "q":
      return value.length <= 200;
    case "level":
      return levels.includes(value);
    case "service":
      return value.length <= 100;
    case "source":
      return value === "service" || value === "gateway";
    case "traceId":
      return /^[\x21-\x7e]{1,128}$/.test(value);
    case "from":
    case "to":
      return moment.test(value) && !Number.isNaN(Date.parse(value));
  }
}

/** The filters of the view that an address shows: what arrives has no time but now. What does not parse is left out. */
export function shownFilters(search: Pick<URLSearchParams, "get">): LogFilters {
  const isHistory = search.get("view") === "history";
  const filters: LogFilters = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value === null || value === "" || !isMeant(name, value)) continue;
    if (isHistory || (name !== "from" && name !== "to")) Object.assign(filters, { [name]: value });
  }
  return filters;
}

/** The address change that takes every filter away. */
export const noFilters: Readonly<Record<FilterName, null>> = {
  q: null,
  level: null,
  service: null,
  source: null,
  traceId: null,
  from: null,
  to: null,
};
