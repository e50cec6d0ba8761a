import { compileRule } from "@/lib/rules/verdict/compile";
import type { StoredForFindings } from "@/lib/rules/findings/judge-rules";
import type { OneRoute } from "@/lib/rules/language/conditions/conditions-schema";
import { asAsked } from "@/lib/rules/language/question";
import { visitIndex } from "@/lib/rules/language/routes/route-index";
import { buildInTurns } from "@/lib/rules/rulesets/build-in-turns";
import { placesFor, type PlacedRule } from "@/lib/rules/verdict/ruleset";
import { evaluationService } from "@/lib/rules/language/evaluation";

/** Rules that are compiled before other work gets a turn. */
const rulesPerTurn = 50;

/**
 * Finds, for a rule, the denies that might cover it, by the index that judges calls: whatever covers the rule must
 * match the calls that it matches, so one such call narrows thousands down to a few. Of a regex no call is known, and
 * then all denies at the rule's places come.
 */
export async function candidateDenies(
  denies: readonly StoredForFindings[],
): Promise<(stored: StoredForFindings) => Iterable<StoredForFindings>> {
  const byId = new Map(denies.map((deny) => [deny.id, deny]));
  const rules: PlacedRule[] = [];
  for (const [index, { id, rule, places }] of denies.entries()) {
    if (index % rulesPerTurn === rulesPerTurn - 1) await new Promise((resolve) => setImmediate(resolve));
    rules.push({ rule: compileRule(id, rule, null).rule, attachments: places });
  }
  const ruleset = await buildInTurns(
    { workspace: { id: "", slug: "" }, version: 0, services: [], rules },
    Date.now(),
  );
  return (stored) => {
    const [first] = stored.places;
    if (first === undefined) return [];
    const { serviceId, keyId } = first;
    const call = exampleOf(stored);
    const ids = new Set<string>();
    for (const { index, rules: listed } of placesFor(ruleset, serviceId ?? "", keyId ?? undefined))
      if (call === null) for (const { id } of listed) ids.add(id);
      else visitIndex(index, call, { state: ids, visit: (seen, { id }) => seen.add(id) });
    return [...ids].flatMap((id) => byId.get(id) ?? []);
  };
}

/** A call as the rule's method and first route would have it, or null where the route is a regex. */
function exampleOf({ rule }: StoredForFindings) {
  const { method, route } = rule.when ?? {};
  const template: OneRoute | undefined = Array.isArray(route) ? route[0] : route;
  if (typeof template === "object") return null;
  const parts = (template ?? "/**").split("/").filter((part) => part !== "" && part !== "**");
  return asAsked({
    credential: null,
    service: evaluationService,
    method: (Array.isArray(method) ? method[0] : method) ?? anyMethod,
    path: "/",
    segments: parts.map((part) => (part === "*" || part.startsWith("{") ? anySegment : part)),
    address: null,
  });
}

/** No rule names these, so only what takes any method or segment takes them. */
const anyMethod = "ANY";
const anySegment = "\u0000";
