import type { Explanation } from "@/lib/rules/verdict/explain";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import type { Trace } from "@/lib/rules/ask/schema";

/** An explanation as the API shows it: services by slug. */
export function presentTrace(ruleset: CompiledRuleset, { gate, candidates, omitted }: Explanation): Trace {
  const slugs = new Map([...ruleset.services.values()].map(({ id, slug }) => [id, slug]));
  return {
    gate: presentGate(gate),
    candidates: candidates.map(({ via, ...candidate }) => ({
      ...candidate,
      via: via.map(({ serviceId, keyId }) => ({
        ...(serviceId === null ? {} : { service: slugs.get(serviceId) ?? serviceId }),
        ...(keyId === null ? {} : { credential: keyId }),
      })),
    })),
    omitted,
  };
}

function presentGate(gate: Explanation["gate"]): Trace["gate"] {
  if (gate === null) return null;
  if (gate.reason === "METHOD_NOT_ALLOWED")
    return { reason: gate.reason, allowed: [...gate.allowed], requirements: [] };
  return {
    reason: gate.reason,
    allowed: [],
    requirements: gate.unmet.map(({ route, methods, scopes, missing }) => ({
      route,
      methods: methods === null ? null : [...methods],
      scopes: [...scopes],
      missing: [...missing],
    })),
  };
}
