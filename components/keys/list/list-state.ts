import type { KeyFilters } from "@/lib/client/keys";
import { oneOf } from "@/lib/client/request/read-unknown";
import { keyEnvironments, keySorts, keyStatuses, lastUsedTimes } from "@/lib/keys/catalogue";
import type { KeySort, LastUsed } from "@/lib/keys/reading/schema";
import type { KeyEnvironment, KeyStatus } from "@/lib/keys/schema";

/** Rows on one page. */
export const pageSize = 25;

/** Cursors kept for going back; beyond them, back is the first page. */
const trailMax = 20;

/** What the address bar says of the table of keys. */
export interface ListState {
  q: string;
  status: KeyStatus | null;
  environment: KeyEnvironment | null;
  /** Id of a customer. */
  customer: string | null;
  scope: string | null;
  lastUsed: LastUsed | null;
  sort: KeySort;
  /** Cursors of the pages walked through, the current one last; empty on the first page. */
  trail: readonly string[];
  /** Place of the page's first row, from 1. */
  from: number;
}

/** The filters by which the table can be narrowed one at a time. */
export type FilterName = "status" | "environment" | "customer" | "scope" | "lastUsed";

export const firstState: ListState = {
  q: "",
  status: null,
  environment: null,
  customer: null,
  scope: null,
  lastUsed: null,
  sort: "created",
  trail: [],
  from: 1,
};

/** Reads an address; what makes no sense is as if it were not there. */
export function readListState(params: URLSearchParams): ListState {
  const trail = params.getAll("cursor").slice(-trailMax);
  const from = Number(params.get("from") ?? 1);
  return {
    q: (params.get("q") ?? "").slice(0, 200),
    status: oneOf(keyStatuses, params.get("status")),
    environment: oneOf(keyEnvironments, params.get("environment")),
    customer: params.get("customer"),
    scope: params.get("scope"),
    lastUsed: oneOf(lastUsedTimes, params.get("lastUsed")),
    sort: oneOf(keySorts, params.get("sort")) ?? "created",
    trail,
    from: trail.length > 0 && Number.isSafeInteger(from) && from > 1 ? from : 1,
  };
}

/** `/keys?…`: the address of a state, without what goes without saying. */
export function listHref(state: ListState): string {
  const params = new URLSearchParams();
  if (state.q !== "") params.set("q", state.q);
  for (const name of ["status", "environment", "customer", "scope", "lastUsed"] as const) {
    const value = state[name];
    if (value !== null) params.set(name, value);
  }
  if (state.sort !== "created") params.set("sort", state.sort);
  for (const cursor of state.trail) params.append("cursor", cursor);
  if (state.trail.length > 0) params.set("from", String(state.from));
  const text = params.toString();
  return text === "" ? "/keys" : `/keys?${text}`;
}

/** What the API is asked for this state. */
export function filtersOf({
  q,
  status,
  environment,
  customer,
  scope,
  lastUsed,
  sort,
  trail,
}: ListState): KeyFilters {
  const cursor = trail.at(-1);
  return {
    limit: pageSize,
    sort,
    ...(q.trim() === "" ? {} : { q: q.trim() }),
    ...(status === null ? {} : { status }),
    ...(environment === null ? {} : { environment }),
    ...(customer === null ? {} : { customer }),
    ...(scope === null ? {} : { scope }),
    ...(lastUsed === null ? {} : { lastUsed }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** Whether anything hides keys. */
export function isNarrowed(state: ListState): boolean {
  return (
    state.q.trim() !== "" ||
    [state.status, state.environment, state.customer, state.scope, state.lastUsed].some(
      (value) => value !== null,
    )
  );
}

/** The first page under a changed filter, search or order. */
export function changed(state: ListState, change: Partial<Omit<ListState, "trail" | "from">>): ListState {
  return { ...state, ...change, trail: [], from: 1 };
}

/** The page behind `cursor`, after one of `rows` rows. */
export function nextPage(state: ListState, { cursor, rows }: { cursor: string; rows: number }): ListState {
  return { ...state, trail: [...state.trail, cursor].slice(-trailMax), from: state.from + rows };
}

/** The page before; null on the first. */
export function previousPage(state: ListState): ListState | null {
  if (state.trail.length === 0) return null;
  const trail = state.trail.slice(0, -1);
  return trail.length === 0
    ? { ...state, trail, from: 1 }
    : { ...state, trail, from: Math.max(1, state.from - pageSize) };
}
