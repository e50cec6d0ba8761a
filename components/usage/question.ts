import type { UsageQuestion } from "@/lib/client/records/usage";

/** The stretches of time that usage can be looked at over: up to now, or a calendar month as it is billed. */
export const usagePeriods = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
  { value: "month", label: "This month" },
  { value: "last-month", label: "Last month" },
] as const;
export type UsagePeriodName = (typeof usagePeriods)[number]["value"];

/** What the page's table is split by. */
export const usageSplits = [
  { value: "key", label: "Key" },
  { value: "customer", label: "Customer" },
  { value: "service", label: "Service" },
  { value: "route", label: "Route" },
  { value: "status", label: "Status" },
] as const;
export type UsageSplit = (typeof usageSplits)[number]["value"];

/** Things that usage can be narrowed to, by the name of their place in the address. */
export const usageFilters = ["key", "customer", "service", "environment"] as const;
export type UsageFilter = (typeof usageFilters)[number];

/** What the address says. Filters are ids; null is any. */
export interface UsageState extends Record<UsageFilter, string | null> {
  period: UsagePeriodName;
  split: UsageSplit;
}

/** Most groups of the table; what is beyond them is added up. */
const groupsMost = 50;

/** Reads the address; a week by key where it says nothing. */
export function readUsageState(get: (name: string) => string | null): UsageState {
  const environment = get("environment");
  return {
    period: usagePeriods.find(({ value }) => value === get("range"))?.value ?? "7d",
    split: usageSplits.find(({ value }) => value === get("by"))?.value ?? "key",
    key: get("key"),
    customer: get("customer"),
    service: get("service"),
    environment: environment === "live" || environment === "test" ? environment : null,
  };
}

/** Begin of a month of UTC, `ahead` months from the one of `nowMs`. */
function monthStart(nowMs: number, ahead = 0): string {
  const now = new Date(nowMs);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString();
}

function stretchOf(period: UsagePeriodName, nowMs: number): UsageQuestion {
  switch (period) {
    case "24h":
    case "7d":
    case "30d":
      return { range: period };
    case "month":
      return { from: monthStart(nowMs), interval: "day" };
    case "last-month":
      return { from: monthStart(nowMs, -1), to: monthStart(nowMs), interval: "day" };
  }
}

/** The state as the API is asked, without the split; `nowMs` says which month is this one. */
export function askedOf(state: UsageState, nowMs = Date.now()): UsageQuestion {
  const { key, customer, service, environment } = state;
  return {
    ...stretchOf(state.period, nowMs),
    ...(key === null ? {} : { key }),
    ...(customer === null ? {} : { customer }),
    ...(service === null ? {} : { service }),
    ...(environment === "live" || environment === "test" ? { environment } : {}),
  };
}

/** The same for the page's table. */
export function groupsAsked(state: UsageState, nowMs = Date.now()): UsageQuestion {
  return { ...askedOf(state, nowMs), limit: groupsMost };
}

/** Whether anything narrows what is counted. */
export function isNarrowed(state: UsageState): boolean {
  return usageFilters.some((name) => state[name] !== null);
}
