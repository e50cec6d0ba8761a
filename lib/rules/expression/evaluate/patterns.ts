import { RE2JS } from "re2js";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { spend } from "@/lib/rules/expression/evaluate/steps";
import { patternInputMax } from "@/lib/rules/language/pattern";
import { ruleLimits } from "@/lib/rules/schema";

/** A pattern ready to search text with; linear in the text. */
export interface Pattern {
  test(text: string): boolean;
}

/** Patterns that were literals of an expression, by their text; made at write time and kept by the expression. */
export type Patterns = ReadonlyMap<string, Pattern>;

/** Compiles RE2 syntax, unanchored as CEL's `matches` is. Throws a sentence for what is not a pattern or too large. */
export function compilePattern(source: string): Pattern {
  if (source.length > ruleLimits.pattern)
    throw new Error(`The pattern is longer than ${ruleLimits.pattern} characters.`);
  const compiled = compileRe2(source);
  const size = compiled.programSize();
  if (size > ruleLimits.regexInstructions)
    throw new Error(`The pattern compiles to more than ${ruleLimits.regexInstructions} instructions.`);
  const stepsPerCharacter = Math.max(1 / 4, size / 16);
  return {
    test(text) {
      if (text.length > patternInputMax)
        throw new Error(`Patterns are tried on ${patternInputMax.toLocaleString("en")} characters at most.`);
      spend(1 + text.length * stepsPerCharacter);
      return compiled.test(text);
    },
  };
}

function compileRe2(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "unknown";
    throw new Error(`The pattern is not RE2: ${reason}.`, { cause: error });
  }
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
  const made = compilePattern(source);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= expressionLimits.keptPatterns) kept.delete(oldest);
  kept.set(source, made);
  return made;
}
