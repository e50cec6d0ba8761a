import type { CelValue } from "@bufbuild/cel";

type Compare = (one: CelValue, other: CelValue) => boolean;

/**
 * Comparisons of two texts, two numbers, or a number of JSON with a whole one, exactly as the library's overloads have
 * them: those are tried one after the other, and nearly every comparison is one of these.
 */
const comparisons = new Map<string, Compare>([
  ["_==_", (one, other) => one === other],
  ["_!=_", (one, other) => one !== other],
  ["_<_", (one, other) => isBelow(one, other)],
  ["_>_", (one, other) => isBelow(other, one)],
  ["_<=_", (one, other) => isBelow(one, other) || one === other],
  ["_>=_", (one, other) => isBelow(other, one) || one === other],
]);

function isBelow(one: CelValue, other: CelValue): boolean {
  if (typeof one === "number" && typeof other === "number") return one < other;
  return typeof one === "string" && typeof other === "string" && one < other;
}

/** The quick way of a function for plain values, or null where it has none. */
export function quickly(name: string): ((args: readonly CelValue[]) => boolean | null) | null {
  const compare = comparisons.get(name);
  if (compare === undefined) return null;
  const orders = name !== "_==_" && name !== "_!=_";
  return ([one, other]) => {
    // Whole numbers are rounded to be put in order with others, but equal only exactly, which is the library's to say.
    const left = orders && typeof one === "bigint" && typeof other === "number" ? Number(one) : one;
    const right = orders && typeof other === "bigint" && typeof one === "number" ? Number(other) : other;
    const kind = typeof left;
    if (left === undefined || right === undefined || kind !== typeof right) return null;
    return kind === "number" || kind === "string" ? compare(left, right) : null;
  };
}
