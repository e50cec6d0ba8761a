import type { Explanation } from "@/lib/rules/explain";
import type { CompiledRuleset } from "@/lib/rules/ruleset";
import type { Trace } from "@/lib/rules/ask/schema";

/** An explanation as the API shows it: services by slug. */
export function presentTrace(ruleset: CompiledRuleset, { candidates, omitted }: Explanation): Trace {
  const slugs = new Map([...ruleset.services.values()].map(({ id, slug }) => [id, slug]));
  return {
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
