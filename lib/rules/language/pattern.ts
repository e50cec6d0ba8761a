import { RE2JS } from "re2js";
import type { Place } from "@/lib/rules/language/conditions/condition";
import { ruleLimits } from "@/lib/rules/language/limits";

/** Longest text a pattern is tried on; longer text is an error of the condition, never a guess from its beginning. */
export const patternInputMax = 16_384;

/** Compiles RE2 once; the test is anchored at both ends and linear in the text. Reports what does not compile. */
export function compileRegex(source: string, place: Place): (text: string) => boolean {
  const compiled = compileRe2(source, RE2JS.DOTALL, place);
  return compiled === null ? () => false : (text) => compiled.testExact(text);
}

/** A pattern that is looked for anywhere in a text, as JSON Schema has it; a try costs text length × instructions. */
export interface Search {
  found: (text: string) => boolean;
  instructions: number;
}

/** Compiles RE2 once, not anchored, and a dot is no line break. Reports what does not compile. */
export function compileSearch(source: string, place: Place): Search {
  if (source.length > ruleLimits.pattern)
    place.report({ path: place.path, message: `is longer than ${ruleLimits.pattern} characters` });
  const compiled = compileRe2(source, 0, place);
  return compiled === null
    ? { found: () => false, instructions: 0 }
    : { found: (text) => compiled.test(text), instructions: compiled.programSize() };
}

function compileRe2(source: string, flags: number, place: Place): RE2JS | null {
  const refuse = (message: string) => place.report({ path: place.path, message });
  try {
    const compiled = RE2JS.compile(source, flags);
    const instructions = compiled.programSize();
    place.compilation.patternCost += instructions;
    if (instructions > ruleLimits.regexInstructions)
      refuse(`compiles to more than ${ruleLimits.regexInstructions} instructions`);
    return compiled;
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/^error parsing regexp: /, "").replace("(?s)", "")
        : "unknown";
    refuse(`is not an RE2 pattern: ${reason}`);
    return null;
  }
}

/** The test of a glob; see {@link matchesGlob}. */
export function compileGlob(pattern: string, { compilation }: Place): (text: string) => boolean {
  compilation.patternCost += pattern.length;
  return (text) => matchesGlob(pattern, text);
}

/** `*` stands for any characters, `?` for one. Greedy with one point of return, so never exponential. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === "*") {
      star = p++;
      mark = t;
    } else if (wanted === "?" || wanted === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
