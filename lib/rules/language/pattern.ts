import { RE2JS } from "re2js";
import type { Place } from "@/lib/rules/language/condition";
import { ruleLimits } from "@/lib/rules/schema";

/** Longest text a pattern is tried on; longer text is an error of the condition, never a guess from its beginning. */
export const patternInputMax = 16_384;

/** Compiles RE2 once; the test is anchored at both ends and linear in the text. Reports what does not compile. */
export function compileRegex(source: string, place: Place): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL);
    place.compilation.patternCost += compiled.programSize();
    if (compiled.programSize() > ruleLimits.regexInstructions)
      place.report({
        path: place.path,
        message: `compiles to more than ${ruleLimits.regexInstructions} instructions`,
      });
    return (text) => compiled.testExact(text);
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/^error parsing regexp: /, "").replace("(?s)", "")
        : "unknown";
    place.report({ path: place.path, message: `is not an RE2 pattern: ${reason}` });
    return () => false;
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
