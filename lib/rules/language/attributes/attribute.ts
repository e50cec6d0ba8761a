import {
  no,
  failed,
  yes,
  type Condition,
  type Failure,
  type Place,
  type Truth,
} from "@/lib/rules/language/conditions/condition";
import type { Complaint } from "@/lib/rules/verdict/engines";
import { hidden, hiddenValue, shown } from "@/lib/rules/language/attributes/shown";
import { failedOperator, type CompiledMatcher } from "@/lib/rules/language/matchers/matcher";
import type { Asked } from "@/lib/rules/language/question";
import { isSecretName } from "@/lib/rules/language/secret-names";

/** What an attribute is compared by. */
export interface AttributeCondition {
  /** The value; undefined, null and an empty list are absent, a list is several values. */
  read: (asked: Asked) => unknown;
  matcher: CompiledMatcher;
  place: Place;
  /** Whether an explanation may show the value. */
  isSecret?: boolean;
}

/** The condition that an attribute's value, or its values as the place's quantifier counts them, satisfy a matcher. */
export function attributeCondition({
  read,
  matcher,
  place,
  isSecret = false,
}: AttributeCondition): Condition {
  const { quantifier } = place;
  return {
    test(asked) {
      const value = read(asked);
      return isAbsent(value) ? absentTruth(matcher) : valueTruth(matcher, value, quantifier);
    },
    why(asked) {
      const failure = whyValue(matcher, read(asked), place);
      return isSecret ? hidden(failure) : failure;
    },
  };
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export function absentTruth(matcher: CompiledMatcher): Truth {
  return matcher.matchesAbsent ? yes : no;
}

/** The truth of a value that is there. */
export function valueTruth(matcher: CompiledMatcher, value: unknown, quantifier: Place["quantifier"]): Truth {
  return Array.isArray(value) ? matcher.testList(value, quantifier) : matcher.test(value);
}

/** The failure of one value, or null when it satisfies the matcher. */
export function whyValue(matcher: CompiledMatcher, value: unknown, place: Place): Failure | null {
  if (isAbsent(value)) {
    const [first] = matcher.alternatives[0] ?? [];
    return matcher.matchesAbsent
      ? null
      : { path: place.path, left: null, operator: first?.name ?? "exists", right: first?.right ?? true };
  }
  const truth = valueTruth(matcher, value, place.quantifier);
  if (truth === yes) return null;
  const list: readonly unknown[] | null = Array.isArray(value) ? value : null;
  const culprit = firstCulprit(matcher, { value, list, truth });
  const complaint = culprit?.complaint?.(list ?? value) ?? null;
  if (complaint !== null) return { path: place.path, operator: "schema", ...complained(complaint) };
  return {
    path: place.path,
    left: shown(value),
    operator: culprit?.name ?? "equals",
    right:
      matcher.alternatives.length > 1
        ? matcher.alternatives.map((operators) => operators[0]?.right)
        : culprit?.right,
    ...(truth === failed ? { error: "The value cannot be compared this way." } : {}),
  };
}

/** Left and right of an explanation, from what a schema has to say. */
export function complained({ at, value, message }: Complaint): Pick<Failure, "left" | "right"> {
  return { left: isSecretName(at) ? hiddenValue : shown(value ?? null), right: `${at} ${message}`.trim() };
}

function firstCulprit(
  matcher: CompiledMatcher,
  { value, list, truth }: { value: unknown; list: readonly unknown[] | null; truth: Truth },
) {
  for (const item of list ?? [value]) {
    const found = failedOperator(matcher, item, list);
    if (found?.truth === truth) return found.operator;
  }
  return matcher.alternatives[0]?.[0];
}
