import type { MatrixFilters } from "@/lib/client/rules/matrix";
import { oneOf, textOf } from "@/lib/client/request/read-unknown";

const states = ["allowed", "conditional", "denied"] as const;

/** What the address says of the matrix; what makes no sense is as if it were not there. */
export function readMatrixFilters(search: { get: (name: string) => string | null }): MatrixFilters {
  const filters: MatrixFilters = {};
  for (const name of ["q", "customer", "rule", "credential", "service"] as const) {
    const text = textOf(search.get(name), "").trim().slice(0, 100);
    if (text !== "") filters[name] = text;
  }
  const state = oneOf(states, search.get("state"));
  if (state !== null) filters.state = state;
  if (search.get("status") === "all") filters.status = "all";
  return filters;
}

/** Takes every filter out of the address. */
export const noMatrixFilters = {
  q: null,
  customer: null,
  rule: null,
  credential: null,
  service: null,
  state: null,
  status: null,
} as const;
