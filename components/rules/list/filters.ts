import { findingChoices, type FindingChoice } from "@/components/rules/findings/words";
import { oneOf } from "@/lib/client/read-unknown";
import { RuleFilters } from "@/lib/rules/schema";

const Narrowing = RuleFilters.omit({ limit: true });

/** How the address narrows the list. */
interface Narrowed {
  q?: string;
  effect?: "allow" | "deny";
  mode?: "enforce" | "shadow" | "off";
  service?: string;
  cursor?: string;
}

/** What an address narrows the rules by; what does not parse is left out. */
export function readRuleFilters(search: Pick<URLSearchParams, "get">): Narrowed {
  const filters: Narrowed = {};
  for (const name of ["q", "effect", "mode", "service", "cursor"]) {
    const value = search.get(name);
    if (value === null || value === "") continue;
    const parsed = Narrowing.safeParse({ [name]: value });
    if (parsed.success) Object.assign(filters, parsed.data);
  }
  return filters;
}

/** Which findings an address asks for in place of the list; null for the list. */
export function readFinding(search: Pick<URLSearchParams, "get">): FindingChoice | null {
  return oneOf(findingChoices, search.get("finding") ?? "");
}
