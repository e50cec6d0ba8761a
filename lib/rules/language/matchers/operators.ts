import type { Complaint } from "@/lib/rules/verdict/engines";
import { failed, inside, no, yes, type Place, type Truth } from "@/lib/rules/language/conditions/condition";
import { compileMediaTypes } from "@/lib/rules/language/matchers/media-type";
import { compileNetworks } from "@/lib/rules/language/matchers/network";
import { equalToAny, isTyped, ordered, type Compares } from "@/lib/rules/language/matchers/reading";
import { schemaOf } from "@/lib/rules/language/matchers/schema-of";
import { compileGlob, compileRegex, patternInputMax } from "@/lib/rules/language/pattern";
import type { Comparison } from "@/lib/rules/language/conditions/conditions-schema";

/** One operator of a matcher, kept apart so that an explanation can name it. */
export interface Operator {
  name: string;
  right: unknown;
  /** Judges one value. */
  test: (value: unknown) => Truth;
  /** Judges a whole list, where the operator asks for one; else each item is tested. */
  testList?: (list: readonly unknown[]) => Truth;
  /** More than that it did not hold, where the operator has more to say. */
  complaint?: (value: unknown) => Complaint | null;
}

/** Asks whether a list attribute holds a value; scopes ask as grants do. */
export type HoldsItem = (list: readonly unknown[], wanted: unknown) => boolean;

export const includes: HoldsItem = (list, wanted) => list.includes(wanted);

interface How {
  compares: Compares;
  holdsItem: HoldsItem;
}

/** Every operator that a comparison names, in a fixed order. */
export function operatorsOf(comparison: Comparison, place: Place, how: How): Operator[] {
  return [
    ...textOperators(comparison, place),
    ...listOperators(comparison, place, how),
    ...orderOperators(comparison, how),
  ];
}

function textOperators(comparison: Comparison, place: Place): Operator[] {
  const { prefix, suffix, glob, regex, cidr, mediaType } = comparison;
  const operators: Operator[] = [];
  const add = (name: string, right: unknown, test: (text: string) => boolean | Truth) =>
    operators.push({ name, right, test: onText(test) });
  if (prefix !== undefined) add("prefix", prefix, (text) => text.startsWith(prefix));
  if (suffix !== undefined) add("suffix", suffix, (text) => text.endsWith(suffix));
  if (glob !== undefined) add("glob", glob, compileGlob(glob, inside(place, "glob")));
  if (regex !== undefined) add("regex", regex, compileRegex(regex, inside(place, "regex")));
  if (cidr !== undefined) add("cidr", cidr, compileNetworks(cidr, inside(place, "cidr")));
  if (mediaType !== undefined)
    add("mediaType", mediaType, compileMediaTypes(mediaType, inside(place, "mediaType")));
  return operators;
}

function listOperators(
  { in: list, contains, exists, schema }: Comparison,
  place: Place,
  how: How,
): Operator[] {
  const operators: Operator[] = [];
  if (list !== undefined) operators.push({ name: "in", right: list, test: equalToAny(list, how.compares) });
  if (contains !== undefined)
    operators.push({ name: "contains", right: contains, ...containing(contains, how) });
  if (exists !== undefined)
    operators.push({ name: "exists", right: exists, test: () => (exists ? yes : no) });
  if (schema !== undefined) {
    const compiled = schemaOf(schema, inside(place, "schema"));
    operators.push({ name: "schema", right: schema, testList: compiled.test, ...compiled });
  }
  return operators;
}

function orderOperators({ gt, gte, lt, lte }: Comparison, { compares }: How): Operator[] {
  const operators: Operator[] = [];
  const add = (name: string, bound: number | string | undefined, accepts: (order: number) => boolean) => {
    if (bound !== undefined)
      operators.push({ name, right: bound, test: ordered(bound, { compares, accepts }) });
  };
  add("gt", gt, (order) => order > 0);
  add("gte", gte, (order) => order >= 0);
  add("lt", lt, (order) => order < 0);
  add("lte", lte, (order) => order <= 0);
  return operators;
}

/** A value that is no text, or too long for a pattern, is an error: a deny must not be slipped past by its type. */
function onText(test: (text: string) => boolean | Truth): Operator["test"] {
  return (value) => {
    if (typeof value !== "string" || value.length > patternInputMax) return failed;
    const held = test(value);
    return typeof held === "boolean" ? (held ? yes : no) : held;
  };
}

/** A list holds the value, text the part. What is read as text has no lists: each of several values must hold the part. */
function containing(
  wanted: string | number | boolean,
  { compares, holdsItem }: How,
): Pick<Operator, "test" | "testList"> {
  const part = isTyped(compares) ? wanted : String(wanted);
  const test: Operator["test"] = (value) => {
    if (typeof value !== "string" || typeof part !== "string") return failed;
    return value.includes(part) ? yes : no;
  };
  return isTyped(compares) ? { test, testList: (list) => (holdsItem(list, wanted) ? yes : no) } : { test };
}
