import { findingChoices, type FindingChoice } from "@/components/rules/findings/words";
import { oneOf } from "@/lib/client/request/read-unknown";

/** How the address narrows the list. */
interface Narrowed {
  q?: string;
  effect?: "allow" | "deny";
  mode?: "enforce" | "shadow" | "off";
  service?: string;
  cursor?: string;
}

const effects = ["allow", "deny"] as const;
const modes = ["enforce", "shadow", "off"] as const;
const longest = { q: 200, service: 100, cursor: 1_000 } as const;

/**
 * What an address narrows the rules by; what the API would not take is left out. Said here again, so that the page loads
 * without the API's schemas.
 */
export function readRuleFilters(search: Pick<URLSearchParams, "get">): Narrowed {
  const filters: Narrowed = {};
  for (const name of ["q", "service", "cursor"] as const) {
    const value = search.get(name)?.trim() ?? "";
    if (value !== "" && value.length <= longest[name]) filters[name] = value;
  }
  const effect = oneOf(effects, search.get("effect") ?? "");
  const mode = oneOf(modes, search.get("mode") ?? "");
  return { ...filters, ...(effect === null ? {} : { effect }), ...(mode === null ? {} : { mode }) };
}

/** Which findings an address asks for in place of the list; null for the list. */
export function readFinding(search: Pick<URLSearchParams, "get">): FindingChoice | null {
  return oneOf(findingChoices, search.get("finding") ?? "");
}
