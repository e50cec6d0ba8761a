import { customerOf, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { accessLevelSql, accessMessageSql } from "@/lib/logs/rows/access-line";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";
import { levelsFrom, type LogFilters, type LogSource } from "@/lib/logs/schema";

/** Filters as lines are compared with them: the service by its id while it exists, and the customer that the caller is bound to. */
export interface BoundLogFilters extends Omit<LogFilters, "source"> {
  sources: readonly LogSource[];
  serviceId: string | null;
  /** A service that is gone, as the caller named it. */
  formerService: string | null;
  customer: string | null;
}

/** What a caller asked for, within what it may see. */
export async function boundLogFilters(
  actor: Actor,
  { service, source, ...filters }: LogFilters,
): Promise<BoundLogFilters> {
  const bound = {
    ...filters,
    customer: customerOf(actor),
    sources: source === undefined ? (["service", "gateway"] as const) : [source],
  };
  if (service === undefined) return { ...bound, serviceId: null, formerService: null };
  const found = await db().service.findFirst({
    where: { workspaceId: actor.workspaceId, OR: [{ id: service }, { slug: service }] },
    select: { id: true },
  });
  return { ...bound, serviceId: found?.id ?? null, formerService: found === null ? service : null };
}

type FilterName = "customer" | "serviceId" | "formerService" | "from" | "to" | "level" | "q" | "traceId";

interface Filter {
  /** Whether an index serves it; the rest is looked for among the lines that those leave. */
  isIndexed: boolean;
  /** SQL over a row, with `?` where the value goes. */
  condition: Record<LogSource, string>;
  matches(placed: PlacedLine, value: string): boolean;
}

const sameForBoth = (condition: string) => ({ service: condition, gateway: condition });

/** Each filter said for the database and for live lines; a test holds the two against each other. */
const filterTable: Record<FilterName, Filter> = {
  customer: {
    isIndexed: true,
    condition: sameForBoth("customer_id = ?"),
    matches: ({ line }, value) => line.customer === value,
  },
  serviceId: {
    isIndexed: true,
    condition: sameForBoth("service_id = ?"),
    matches: ({ serviceId }, value) => serviceId === value,
  },
  formerService: {
    isIndexed: false,
    condition: { service: "service_id = ?", gateway: "? in (service, service_id)" },
    matches: ({ line, serviceId }, value) => serviceId === value || line.service === value,
  },
  from: {
    isIndexed: true,
    condition: sameForBoth("at >= ?::timestamptz"),
    matches: ({ line }, value) => Date.parse(line.at) >= Date.parse(value),
  },
  to: {
    isIndexed: true,
    condition: sameForBoth("at < ?::timestamptz"),
    matches: ({ line }, value) => Date.parse(line.at) < Date.parse(value),
  },
  level: {
    isIndexed: false,
    condition: {
      service: "level = any(string_to_array(?, ','))",
      gateway: `${accessLevelSql} = any(string_to_array(?, ','))`,
    },
    matches: ({ line }, value) => value.split(",").includes(line.level),
  },
  q: {
    isIndexed: false,
    condition: {
      service: "strpos(lower(message), lower(?)) > 0",
      gateway: `strpos(lower(${accessMessageSql}), lower(?)) > 0`,
    },
    matches: ({ line }, value) => line.message.toLowerCase().includes(value.toLowerCase()),
  },
  traceId: {
    isIndexed: false,
    condition: sameForBoth("trace_id = ?"),
    matches: ({ line }, value) => line.traceId === value,
  },
};

/** SQL conditions on the lines of one source; each value goes to `bind`, which returns its placeholder. */
export function logConditions(
  filters: BoundLogFilters,
  how: { source: LogSource; kind: "indexed" | "other"; bind: (value: string) => string },
): string[] {
  return given(filters)
    .filter(([name]) => filterTable[name].isIndexed === (how.kind === "indexed"))
    .map(([name, value]) => filterTable[name].condition[how.source].replace("?", () => how.bind(value)));
}

/** Whether a live line passes. */
export function passesLog(filters: BoundLogFilters, placed: PlacedLine): boolean {
  return (
    filters.sources.includes(placed.line.source) &&
    given(filters).every(([name, value]) => filterTable[name].matches(placed, value))
  );
}

function given(filters: BoundLogFilters): [FilterName, string][] {
  const values: Record<FilterName, string | null | undefined> = {
    customer: filters.customer,
    serviceId: filters.serviceId,
    formerService: filters.formerService,
    from: filters.from,
    to: filters.to,
    level: filters.level === undefined ? undefined : levelsFrom(filters.level).join(","),
    q: filters.q,
    traceId: filters.traceId,
  };
  return names.flatMap((name): [FilterName, string][] => {
    const value = values[name];
    return value === undefined || value === null ? [] : [[name, value]];
  });
}

const names: readonly FilterName[] = [
  "customer",
  "serviceId",
  "formerService",
  "from",
  "to",
  "level",
  "q",
  "traceId",
];
