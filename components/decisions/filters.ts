import { addressFilters, among, isMoment, upTo } from "@/components/live/filters/address-filters";
import { oneOf } from "@/lib/client/request/read-unknown";
import type { DecisionFilters } from "@/lib/events/schema";

export const decisionFilters = addressFilters<DecisionFilters>(
  {},
  {
    q: upTo(200),
    verdict: among(["allow", "deny", "limited"]),
    credential: upTo(64),
    service: upTo(100),
    rule: upTo(200),
    status: among(["1xx", "2xx", "3xx", "4xx", "5xx"]),
    method: upTo(32),
    path: upTo(2_048),
    source: among(["gateway", "verify", "authorize", "forward-auth", "authzen"]),
    from: isMoment,
    to: isMoment,
  },
);

const typed = ["verdict", "credential", "service", "rule", "status", "method", "path", "source"] as const;

/** Reads `verdict:deny service:payments refund` as typed into the field: named filters, and the rest as text to find. */
export function readTyped(text: string): Readonly<Record<string, string | null>> {
  const change: Record<string, string> = {};
  const rest: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const name = oneOf(typed, word.slice(0, Math.max(0, colon)));
    const value = word.slice(colon + 1);
    if (name !== null && decisionFilters.isMeant(name, value)) change[name] = value;
    else if (word !== "") rest.push(word);
  }
  return { ...change, q: rest.length > 0 ? rest.join(" ") : null };
}
