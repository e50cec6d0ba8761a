import {
  both,
  either,
  failed,
  inside,
  no,
  yes,
  type Place,
  type Truth,
} from "@/lib/rules/language/condition";
import { compileRegex, matchesGlob, patternInputMax } from "@/lib/rules/language/pattern";
import type { Comparison, Matcher } from "@/lib/rules/schema";

/** Judges one value of an attribute; `list` is the whole list when the attribute is one, else null. */
type Test = (value: unknown, list: readonly unknown[] | null) => Truth;

/** One operator of a matcher, kept apart so that an explanation can name it. */
interface Operator {
  name: string;
  right: unknown;
  test: Test;
}

/** A matcher ready to test. */
export interface CompiledMatcher {
  /** Whether an absent value matches: only `exists: false` does. */
  matchesAbsent: boolean;
  /** For an attribute that has values: all operators of one alternative must hold, and any one alternative. */
  test: Test;
  alternatives: readonly (readonly Operator[])[];
}

/** Asks whether a list attribute holds a value; scopes ask as grants do. */
export type HoldsItem = (list: readonly unknown[], wanted: unknown) => boolean;

const includes: HoldsItem = (list, wanted) => list.includes(wanted);

/** Compiles what a value must be. Reports patterns that do not compile. */
export function compileMatcher(
  matcher: Matcher,
  place: Place,
  holdsItem: HoldsItem = includes,
): CompiledMatcher {
  const alternatives = (Array.isArray(matcher) ? matcher : [matcher]).map((one, index) =>
    typeof one === "object"
      ? operatorsOf(one, Array.isArray(matcher) ? inside(place, index) : place, holdsItem)
      : [equals(one)],
  );
  return {
    matchesAbsent: alternatives.some((operators) =>
      operators.some((operator) => operator.name === "exists" && operator.right === false),
    ),
    test: anyAlternative(alternatives.map(allOperators)),
    alternatives,
  };
}

/** A single one is taken as it is: most matchers are, and each closure less is felt. */
function anyAlternative(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value, list) => {
    let truth: Truth = no;
    for (const test of tests) {
      truth = either(truth, test(value, list));
      if (truth === yes) return yes;
    }
    return truth;
  };
}

function allOperators(operators: readonly Operator[]): Test {
  const [only] = operators;
  if (only !== undefined && operators.length === 1) return only.test;
  return (value, list) => {
    let truth: Truth = yes;
    for (const { test } of operators) {
      truth = both(truth, test(value, list));
      if (truth === no) return no;
    }
    return truth;
  };
}

/** The first operator of the first alternative that did not hold, or null. */
export function failedOperator(
  matcher: CompiledMatcher,
  value: unknown,
  list: readonly unknown[] | null,
): { name: string; right: unknown; truth: Truth } | null {
  for (const operators of matcher.alternatives)
    for (const { name, right, test } of operators) {
      const truth = test(value, list);
      if (truth !== yes) return { name, right, truth };
    }
  return null;
}

function equals(wanted: string | number | boolean): Operator {
  return { name: "equals", right: wanted, test: (value) => (value === wanted ? yes : no) };
}

function operatorsOf(comparison: Comparison, place: Place, holdsItem: HoldsItem): Operator[] {
  const operators: Operator[] = [];
  const add = (name: string, right: unknown, test: Test) => operators.push({ name, right, test });
  const { in: list, prefix, suffix, glob, regex, contains, exists, gt, gte, lt, lte } = comparison;
  if (list !== undefined) {
    const wanted = new Set<unknown>(list);
    add("in", list, (value) => (wanted.has(value) ? yes : no));
  }
  if (prefix !== undefined)
    add(
      "prefix",
      prefix,
      onText((text) => text.startsWith(prefix)),
    );
  if (suffix !== undefined)
    add(
      "suffix",
      suffix,
      onText((text) => text.endsWith(suffix)),
    );
  if (glob !== undefined)
    add(
      "glob",
      glob,
      onText((text) => matchesGlob(glob, text)),
    );
  if (regex !== undefined) add("regex", regex, onText(compileRegex(regex, inside(place, "regex"))));
  if (contains !== undefined) add("contains", contains, containing(contains, holdsItem));
  if (exists !== undefined) add("exists", exists, () => (exists ? yes : no));
  if (gt !== undefined)
    add(
      "gt",
      gt,
      comparing(gt, (order) => order > 0),
    );
  if (gte !== undefined)
    add(
      "gte",
      gte,
      comparing(gte, (order) => order >= 0),
    );
  if (lt !== undefined)
    add(
      "lt",
      lt,
      comparing(lt, (order) => order < 0),
    );
  if (lte !== undefined)
    add(
      "lte",
      lte,
      comparing(lte, (order) => order <= 0),
    );
  return operators;
}

/** A value that is no text, or too long for a pattern, is an error: a deny must not be slipped past by its type. */
function onText(test: (text: string) => boolean): Test {
  return (value) => {
    if (typeof value !== "string" || value.length > patternInputMax) return failed;
    return test(value) ? yes : no;
  };
}

function containing(wanted: string | number | boolean, holdsItem: HoldsItem): Test {
  return (value, list) => {
    if (list !== null) return holdsItem(list, wanted) ? yes : no;
    if (typeof value !== "string" || typeof wanted !== "string") return failed;
    return value.includes(wanted) ? yes : no;
  };
}

/** Numbers compare with numbers and text with text, by code unit, so RFC 3339 times compare too; a mixture is an error. */
function comparing(bound: number | string, accepts: (order: number) => boolean): Test {
  return (value) => {
    if (typeof value !== typeof bound || Number.isNaN(value)) return failed;
    const order = isBelow(value, bound) ? -1 : isBelow(bound, value) ? 1 : 0;
    return accepts(order) ? yes : no;
  };
}

function isBelow(one: unknown, other: unknown): boolean {
  if (typeof one === "number" && typeof other === "number") return one < other;
  return typeof one === "string" && typeof other === "string" && one < other;
}
