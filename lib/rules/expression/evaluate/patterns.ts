import { expressionLimits } from "@/lib/rules/expression/limits";
import { spend } from "@/lib/rules/expression/evaluate/steps";
import { startPlace, type Place } from "@/lib/rules/language/conditions/condition";
import { compileSearch, patternInputMax } from "@/lib/rules/language/pattern";

/** A pattern ready to search text with; linear in the text. */
export interface Pattern {
  test(text: string): boolean;
}

/** Patterns that were literals of an expression, by their text; made at write time and kept by the expression. */
export type Patterns = ReadonlyMap<string, Pattern>;

/** Compiles RE2, unanchored as CEL's `matches` is; a try takes steps by the length of its text. Reports what does not compile. */
export function compilePattern(source: string, place: Place): Pattern {
  const { found, instructions } = compileSearch(source, place);
  const stepsPerCharacter = Math.max(1 / 4, instructions / 8);
  return {
    test(text) {
      if (text.length > patternInputMax)
        throw new Error(`patterns are tried on ${patternInputMax.toLocaleString("en")} characters at most`);
      spend(1 + text.length * stepsPerCharacter);
      return found(text);
    },
  };
}

let literals: Patterns = new Map();
const kept = new Map<string, Pattern>();

/** Says which patterns the evaluation that begins now brought along. */
export function usePatterns(patterns: Patterns): void {
  literals = patterns;
}

/** The compiled pattern: the expression's own, else one of the last few that were computed from data, else made now. */
export function patternFor(source: string): Pattern {
  const literal = literals.get(source);
  if (literal !== undefined) return literal;
  const known = kept.get(source);
  if (known !== undefined) return known;
  spend(expressionLimits.steps / 20);
  const place = startPlace({ path: "", quantifier: "all" });
  const made = compilePattern(source, place);
  const [wrong] = place.compilation.errors;
  if (wrong !== undefined) throw new Error(`the pattern ${wrong.message}`);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= expressionLimits.keptPatterns) kept.delete(oldest);
  kept.set(source, made);
  return made;
}
