import { absentTruth, isAbsent, valueTruth, whyValue } from "@/lib/rules/language/attributes/attribute";
import { tooMany, valuesAt } from "@/lib/rules/language/attributes/field-path";
import { failed, yes, type Failure, type Place, type Truth } from "@/lib/rules/language/conditions/condition";
import { combined, textLength, valuesMax, type CompiledMatcher } from "@/lib/rules/language/matchers/matcher";
import { patternInputMax } from "@/lib/rules/language/pattern";

/** A field of a value with structure, by path. */
export interface Field {
  steps: readonly string[];
  matcher: CompiledMatcher;
  place: Place;
}

/** Whether what stands at the path satisfies the matcher; each of several places counts as one value more. */
export function fieldTruth({ steps, matcher, place: { quantifier } }: Field, root: unknown): Truth {
  const values = valuesAt(root, steps);
  if (values === tooMany || (matcher.hasPatterns && textLength(values) > patternInputMax)) return failed;
  const test = (value: unknown) =>
    isAbsent(value) ? absentTruth(matcher) : valueTruth(matcher, value, quantifier);
  return values.length === 1 ? test(values[0]) : combined(values, { quantifier, test });
}

/** Why it does not, or null. */
export function whyField(field: Field, root: unknown): Failure | null {
  const { steps, matcher, place } = field;
  const truth = fieldTruth(field, root);
  if (truth === yes) return null;
  const values = valuesAt(root, steps);
  if (values === tooMany)
    return whyUnread(field, `There are more than ${valuesMax} values, and no more are judged.`);
  for (const value of values) {
    const failure = whyValue(matcher, value, place);
    if (failure !== null && (failure.error !== undefined) === (truth === failed)) return failure;
  }
  return whyUnread(field, `The texts are longer than ${patternInputMax} characters in all.`);
}

/** The failure of a condition whose value cannot be read. */
export function whyUnread({ matcher, place }: Pick<Field, "matcher" | "place">, error: string): Failure {
  const [first] = matcher.alternatives[0] ?? [];
  return {
    path: place.path,
    left: null,
    operator: first?.name ?? "exists",
    right: first?.right ?? true,
    error,
  };
}
