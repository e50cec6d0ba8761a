import type { CompiledRule } from "@/lib/rules/compile";
import { decide, type Ruling } from "@/lib/rules/decide";
import { failed, no, yes, type Failure } from "@/lib/rules/language/condition";
import { asAsked, type Question } from "@/lib/rules/language/question";
import { placesFor, type CompiledRuleset, type ResolvedAttachment } from "@/lib/rules/ruleset";

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
  /** Those that matched first; at most {@link candidatesMax}. */
  candidates: Candidate[];
  /** How many more candidates there were. */
  omitted: number;
}

/** Most candidates that one explanation lists. */
export const candidatesMax = 200;

const order = { matched: 0, failed: 1, "not-matched": 2 } as const;

/** Decides as {@link decide} does, and says for each rule attached to the call's places what it came to. */
export function explain(ruleset: CompiledRuleset, question: Question): Explanation {
  const ruling = decide(ruleset, question);
  if (ruling.reason === "NO_CREDENTIAL") return { ruling, candidates: [], omitted: 0 };
  const asked = asAsked(question);
  const via = new Map<CompiledRule, ResolvedAttachment[]>();
  for (const { rules, attachment } of placesFor(ruleset, question.service.id, question.credential?.keyId))
    for (const rule of rules) via.set(rule, [...(via.get(rule) ?? []), attachment]);
  const judged = [...via.entries()].map(([rule, places]): Candidate => {
    const truth = rule.condition.test(asked);
    const { id, name, effect, mode } = rule;
    return {
      id,
      name,
      effect,
      mode,
      via: places,
      outcome: truth === yes ? "matched" : truth === failed ? "failed" : "not-matched",
      determining:
        mode === "enforce" && effect === ruling.verdict && truth !== no && ruling.rules.includes(name),
      failure: rule.condition.why(asked),
    };
  });
  judged.sort((one, other) => order[one.outcome] - order[other.outcome] || (one.name < other.name ? -1 : 1));
  return {
    ruling,
    candidates: judged.slice(0, candidatesMax),
    omitted: Math.max(0, judged.length - candidatesMax),
  };
}
