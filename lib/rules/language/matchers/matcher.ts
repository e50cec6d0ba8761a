import {
  both,
  either,
  failed,
  inside,
  no,
  yes,
  type Place,
  type Quantifier,
  type Truth,
} from "@/lib/rules/language/conditions/condition";
import {
  includes,
  operatorsOf,
  type HoldsItem,
  type Operator,
} from "@/lib/rules/language/matchers/operators";
import { comparesAs, equalTo, type Reading } from "@/lib/rules/language/matchers/reading";
import { patternInputMax } from "@/lib/rules/language/pattern";
import type { Matcher } from "@/lib/rules/language/conditions/conditions-schema";

/** Most values of one attribute that are judged; more are an error of the condition, never a guess from the first ones. */
export const valuesMax = 10_000;

type Test = (value: unknown) => Truth;
type ListTest = (list: readonly unknown[]) => Truth;

/** A matcher ready to test. */
export interface CompiledMatcher {
  /** Whether an absent value matches: only `exists: false` does. */
  matchesAbsent: boolean;
  /** For one value: all operators of one alternative must hold, and any one alternative. */
  test: Test;
  /** For several values, none of them absent. */
  testList: (list: readonly unknown[], quantifier: Quantifier) => Truth;
  /** Whether patterns are tried on values, which then may not be long in all. */
  hasPatterns: boolean;
  alternatives: readonly (readonly Operator[])[];
}

/** Compiles what a value must be. Reports patterns, networks, media types and schemas that do not compile. */
export function compileMatcher(
  matcher: Matcher,
  place: Place,
  { reading = "typed", holdsItem = includes }: { reading?: Reading; holdsItem?: HoldsItem } = {},
): CompiledMatcher {
  const compares = comparesAs(reading);
  const alternatives = (Array.isArray(matcher) ? matcher : [matcher]).map((one, index): Operator[] => {
    if (typeof one !== "object") return [{ name: "equals", right: one, test: equalTo(one, compares) }];
    const at = Array.isArray(matcher) ? inside(place, index) : place;
    return operatorsOf(one, at, { compares, holdsItem });
  });
  const operators = alternatives.flat();
  const hasPatterns = operators.some(({ name }) => name === "regex" || name === "glob");
  const compiled: CompiledMatcher = {
    matchesAbsent: operators.some(({ name, right }) => name === "exists" && right === false),
    test: anyAlternative(alternatives.map(allOperators)),
    testList: listTest(alternatives, { hasPatterns }),
    hasPatterns,
    alternatives,
  };
  return place.compilation.engines?.guardMatcher?.(compiled) ?? compiled;
}

/** A single one is taken as it is: most matchers are, and each closure less is felt. */
function anyAlternative(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value) => {
    let truth: Truth = no;
    for (const test of tests) {
      truth = either(truth, test(value));
      if (truth === yes) return yes;
    }
    return truth;
  };
}

function allOperators(operators: readonly Operator[]): Test {
  const [only] = operators;
  if (only !== undefined && operators.length === 1) return only.test;
  return (value) => {
    let truth: Truth = yes;
    for (const { test } of operators) {
      truth = both(truth, test(value));
      if (truth === no) return no;
    }
    return truth;
  };
}

/** What asks for the whole list is asked once, the rest for each item; so the cost is that of the list, not its square. */
function listTest(
  alternatives: readonly (readonly Operator[])[],
  { hasPatterns }: { hasPatterns: boolean },
): CompiledMatcher["testList"] {
  const split = alternatives.map((operators) => ({
    whole: allLists(operators.flatMap(({ testList }) => (testList === undefined ? [] : [testList]))),
    item: allOperators(operators.filter(({ testList }) => testList === undefined)),
    hasItem: operators.some(({ testList }) => testList === undefined),
  }));
  const asksItems = split.some(({ hasItem }) => hasItem);
  return (list, quantifier) => {
    if (list.length > valuesMax || (hasPatterns && textLength(list) > patternInputMax)) return failed;
    if (!asksItems) return anyWhole(split, list);
    const wholes = split.map(({ whole }) => whole(list));
    const ofItem = (item: unknown) =>
      split.reduce<Truth>((truth, one, at) => either(truth, both(wholes[at] ?? no, one.item(item))), no);
    return combined(list, { quantifier, test: ofItem });
  };
}

function anyWhole(alternatives: readonly { whole: ListTest }[], list: readonly unknown[]): Truth {
  let truth: Truth = no;
  for (const { whole } of alternatives) truth = either(truth, whole(list));
  return truth;
}

function allLists(tests: readonly ListTest[]): ListTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (list) => tests.reduce<Truth>((truth, test) => both(truth, test(list)), yes);
}

/** The truth of several: with `any` one must be true, with `all` every one. */
export function combined<T>(
  list: readonly T[],
  { quantifier, test }: { quantifier: Quantifier; test: (item: T) => Truth },
): Truth {
  const settled = quantifier === "any" ? yes : no;
  const combine = quantifier === "any" ? either : both;
  let truth: Truth = quantifier === "any" ? no : yes;
  for (const item of list) {
    truth = combine(truth, test(item));
    if (truth === settled) return truth;
  }
  return truth;
}

/** Characters of all the texts in a value. */
export function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, item) => sum + textLength(item), 0) : 0;
}

/** The first operator of the first alternative that did not hold, or null. */
export function failedOperator(
  matcher: CompiledMatcher,
  value: unknown,
  list: readonly unknown[] | null,
): { operator: Operator; truth: Truth } | null {
  for (const operators of matcher.alternatives)
    for (const operator of operators) {
      const truth =
        list === null || operator.testList === undefined ? operator.test(value) : operator.testList(list);
      if (truth !== yes) return { operator, truth };
    }
  return null;
}
