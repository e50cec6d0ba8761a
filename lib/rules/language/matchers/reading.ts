import { failed, no, yes, type Truth } from "@/lib/rules/language/conditions/condition";

/**
 * How values are read. `typed` values (metadata, claims, JSON) are what they are and nothing is converted. `text` values
 * (headers, query, forms) have no types: a number in the rule compares with decimal text, and true with the text “true”.
 */
export type Reading = "typed" | "text";

type Literal = string | number | boolean;

/** Puts a value beside what the rule names: the value to compare, or undefined when they cannot be compared. */
export type Compares = (value: unknown, wanted: Literal) => Literal | undefined;

export function comparesAs(reading: Reading): Compares {
  return reading === "typed" ? typed : text;
}

const typed: Compares = (value, wanted) =>
  isLiteral(value) && typeof value === typeof wanted ? value : undefined;

const text: Compares = (value, wanted) => {
  if (typeof value !== "string" || typeof wanted === "string") return typed(value, wanted);
  if (typeof wanted === "number") return decimal(value);
  return value === "true" ? true : value === "false" ? false : undefined;
};

export function isTyped(compares: Compares): boolean {
  return compares === typed;
}

function isLiteral(value: unknown): value is Literal {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Decimal notation and nothing that only some readers take for a number: no blanks, no `0x10`, no `Infinity`. */
function decimal(value: string): number | undefined {
  return value.length <= 40 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : undefined;
}

/** Tests for one literal. What cannot be compared is not equal. */
export function equalTo(wanted: Literal, compares: Compares): (value: unknown) => Truth {
  return compares === typed || typeof wanted === "string"
    ? (value) => (value === wanted ? yes : no)
    : (value) => (compares(value, wanted) === wanted ? yes : no);
}

/** Tests for any of many literals. */
export function equalToAny(list: readonly Literal[], compares: Compares): (value: unknown) => Truth {
  const wanted = new Set<unknown>(list);
  const converted = compares === typed ? [] : list.filter((one) => typeof one !== "string");
  return (value) => (wanted.has(value) || converted.some((one) => compares(value, one) === one) ? yes : no);
}

/** Numbers compare with numbers and text with text, by code unit, so RFC 3339 times compare too; a mixture is an error. */
export function ordered(
  bound: number | string,
  { compares, accepts }: { compares: Compares; accepts: (order: number) => boolean },
): (value: unknown) => Truth {
  return (value) => {
    const comparable = compares(value, bound);
    if (comparable === undefined || Number.isNaN(comparable)) return failed;
    const order = isBelow(comparable, bound) ? -1 : isBelow(bound, comparable) ? 1 : 0;
    return accepts(order) ? yes : no;
  };
}

function isBelow(one: Literal, other: Literal): boolean {
  if (typeof one === "number" && typeof other === "number") return one < other;
  return typeof one === "string" && typeof other === "string" && one < other;
}
