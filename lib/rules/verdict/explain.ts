import type { CompiledRule } from "@/lib/rules/verdict/compile";
import { decide, gateOf, type Ruling } from "@/lib/rules/verdict/decide";
import { failed, no, yes, type Failure, type Truth } from "@/lib/rules/language/conditions/condition";
import { asAsked, asForwarded, type Asked, type Question } from "@/lib/rules/language/question";
import { hasGate, type GateRefusal } from "@/lib/rules/language/routes/service-gate";
import { placesFor, type CompiledRuleset, type ResolvedAttachment } from "@/lib/rules/verdict/ruleset";

/** How one rule that could apply fared. */
export interface Candidate {
  id: string;
  name: string;
  effect: CompiledRule["effect"];
  mode: CompiledRule["mode"];
  /** Where it is attached, of the places that judge this call. */
  via: ResolvedAttachment[];
  outcome: "matched" | "not-matched" | "failed";
  /** Whether the verdict rests on it. */
  determining: boolean;
  /** The first condition that did not hold; null when it matched. */
  failure: Failure | null;
}

/** A ruling and every rule that could have had a say in it. */
export interface Explanation {
  ruling: Ruling;
  /** Why the service itself refused the call before its rules; null when it did not. The candidates then had no say. */
  gate: GateRefusal | null;
  /** Those that matched first; at most {@link candidatesMax}. */
  candidates: Candidate[];
  /** How many more candidates there were. */
  omitted: number;
}

/** Most candidates that one explanation lists. */
export const candidatesMax = 200;

const outcomes: Record<Truth, Candidate["outcome"]> = {
  [no]: "not-matched",
  [yes]: "matched",
  [failed]: "failed",
};
const order = { matched: 0, failed: 1, "not-matched": 2 } as const;

/** Decides as {@link decide} does, and says for each rule attached to the call's places what it came to. */
export function explain(ruleset: CompiledRuleset, question: Question): Explanation {
  const ruling = decide(ruleset, question);
  if (ruling.reason === "NO_CREDENTIAL") return { ruling, gate: null, candidates: [], omitted: 0 };
  const { service, credential } = question;
  const asked = asAsked(question);
  const forwarded = asForwarded(asked);
  const forms = forwarded === null ? [asked] : [asked, forwarded];
  const gate = hasGate(service) ? gateOf(ruleset, service, forms) : null;
  const via = new Map<CompiledRule, ResolvedAttachment[]>();
  for (const { rules, attachment } of placesFor(ruleset, service.id, credential?.keyId))
    for (const rule of rules) via.set(rule, [...(via.get(rule) ?? []), attachment]);
  const judged = [...via.entries()].map(([rule, places]): Candidate => {
    const form = decisiveForm(rule, forms) ?? asked;
    const truth = rule.condition.test(form);
    const { id, name, effect, mode } = rule;
    return {
      id,
      name,
      effect,
      mode,
      via: places,
      outcome: outcomes[truth],
      determining:
        mode === "enforce" && effect === ruling.verdict && truth !== no && ruling.rules.includes(name),
      failure: rule.condition.why(form),
    };
  });
  judged.sort((one, other) => order[one.outcome] - order[other.outcome] || (one.name < other.name ? -1 : 1));
  return {
    ruling,
    gate,
    candidates: judged.slice(0, candidatesMax),
    omitted: Math.max(0, judged.length - candidatesMax),
  };
}

/** Denies judge every form of the path: the one that they match on, else the one that they fail on. */
function decisiveForm({ effect, condition }: CompiledRule, forms: readonly Asked[]): Asked | undefined {
  if (effect === "allow") return undefined;
  return (
    forms.find((form) => condition.test(form) === yes) ??
    forms.find((form) => condition.test(form) === failed)
  );
}
