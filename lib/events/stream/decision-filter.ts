import { customerOf, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import type { LoadedDecision } from "@/lib/events/stream/loaded-decision";
import type { DecisionFilters } from "@/lib/events/schema";

/** Filters as rows are compared with them: the service by its id while it exists, and the customer that the caller is bound to. */
export interface BoundFilters extends DecisionFilters {
  serviceId: string | null;
  customer: string | null;
}

/** What a caller asked for, within what it may see. */
export async function boundFilters(
  actor: Actor,
  { service, ...filters }: DecisionFilters,
): Promise<BoundFilters> {
  const customer = customerOf(actor);
  if (service === undefined) return { ...filters, customer, serviceId: null };
  const found = await db().service.findFirst({
    where: { workspaceId: actor.workspaceId, OR: [{ id: service }, { slug: service }] },
    select: { id: true },
  });
  return found === null
    ? { ...filters, customer, serviceId: null, service }
    : { ...filters, customer, serviceId: found.id };
}

interface Filter {
  /** SQL over a row of `decision`, with `?` where the value goes. */
  condition: string;
  matches(loaded: LoadedDecision, value: string): boolean;
}

/** Each filter said twice, once for the database and once for live rows; a test holds the two against each other. */
const filterTable: Record<keyof BoundFilters, Filter> = {
  customer: {
    condition: "customer_id = ?",
    matches: ({ decision }, value) => decision.credential !== null && decision.credential.customer === value,
  },
  verdict: { condition: "verdict = ?", matches: ({ decision }, value) => decision.verdict === value },
  credential: {
    condition: "credential_id = ?",
    matches: ({ decision }, value) => decision.credential?.id === value,
  },
  serviceId: { condition: "service_id = ?", matches: ({ serviceId }, value) => serviceId === value },
  service: {
    condition: "? in (service, service_id)",
    matches: ({ decision, serviceId }, value) => serviceId === value || decision.service === value,
  },
  rule: { condition: "? = any(rules)", matches: ({ decision }, value) => decision.rules.includes(value) },
  status: {
    condition: "status / 100 = left(?, 1)::int",
    matches: ({ decision }, value) => Math.floor(decision.status / 100) === Number(value[0]),
  },
  method: {
    condition: "method = upper(?)",
    matches: ({ decision }, value) => decision.method === value.toUpperCase(),
  },
  path: {
    condition: "starts_with(path, ?)",
    matches: ({ decision }, value) => decision.path.startsWith(value),
  },
  q: {
    condition:
      "strpos(lower(concat_ws(E'\\n', path, credential_name, reason, array_to_string(rules, E'\\n'))), lower(?)) > 0",
    matches: ({ decision }, value) =>
      [
        decision.path,
        ...(decision.credential === null ? [] : [decision.credential.name]),
        decision.reason,
        ...decision.rules,
      ]
        .join("\n")
        .toLowerCase()
        .includes(value.toLowerCase()),
  },
  source: { condition: "source = ?", matches: ({ decision }, value) => decision.source === value },
  from: {
    condition: "at >= ?::timestamptz",
    matches: ({ decision }, value) => Date.parse(decision.at) >= Date.parse(value),
  },
  to: {
    condition: "at < ?::timestamptz",
    matches: ({ decision }, value) => Date.parse(decision.at) < Date.parse(value),
  },
};

/** Those of the filters that an index serves; the rest is looked for among rows that these leave. */
const indexed: ReadonlySet<keyof BoundFilters> = new Set([
  "customer",
  "credential",
  "serviceId",
  "from",
  "to",
]);

/** SQL conditions of the given filters that an index serves, or of the rest; each value goes to `bind`, which returns its placeholder. */
export function filterConditions(
  filters: BoundFilters,
  { kind, bind }: { kind: "indexed" | "other"; bind: (value: string) => string },
): string[] {
  return given(filters)
    .filter(([name]) => indexed.has(name) === (kind === "indexed"))
    .map(([name, value]) => filterTable[name].condition.replace("?", bind(value)));
}

/** Whether a live row passes. */
export function passes(filters: BoundFilters, loaded: LoadedDecision): boolean {
  return given(filters).every(([name, value]) => filterTable[name].matches(loaded, value));
}

const names: readonly (keyof BoundFilters)[] = [
  "customer",
  "verdict",
  "credential",
  "serviceId",
  "service",
  "rule",
  "status",
  "method",
  "path",
  "q",
  "source",
  "from",
  "to",
];

function given(filters: BoundFilters): [keyof BoundFilters, string][] {
  return names.flatMap((name): [keyof BoundFilters, string][] => {
    const value = filters[name];
    return value === undefined || value === null ? [] : [[name, value]];
  });
}
