import {
  celFunc,
  celList,
  celMethod,
  CelScalar,
  celUint,
  isCelList,
  listType,
  mapType,
  type CelFunc,
  type CelInput,
  type CelValue,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { spend } from "@/lib/rules/expression/evaluate/steps";
import { canonicalScope } from "@/lib/scopes/catalogue";
import { holds } from "@/lib/scopes/grant";

const { BOOL, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
const list = listType(DYN);
const map = mapType(DYN, DYN);

const decimal = /^[+-]?\d+$/;
const real = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const infinite: Record<string, number> = { Infinity, "+Infinity": Infinity, "-Infinity": -Infinity, NaN };

function readInteger(text: string): bigint {
  if (!decimal.test(text)) throw new Error("The text is not an integer.");
  return BigInt(text.replace(/^\+/, ""));
}

function readReal(text: string): number {
  if (!real.test(text) && infinite[text] === undefined) throw new Error("The text is not a number.");
  return infinite[text] ?? Number(text);
}

function inRange(value: bigint, from: bigint, to: bigint): bigint {
  if (value < from || value > to) throw new Error("The number is out of range.");
  return value;
}

const int = (text: string) => inRange(readInteger(text), -(2n ** 63n), 2n ** 63n - 1n);
const uint = (text: string) => celUint(inRange(readInteger(text), 0n, 2n ** 64n - 1n));

/** A native list, so that nothing nests: the library's own concatenation is a chain that is walked at every item. */
function concatenate(one: Iterable<CelValue>, other: Iterable<CelValue>): CelInput[] {
  return [...one, ...other];
}

function replaceText(this: string, part: string, by: string, limit: bigint): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = this.indexOf(part); at >= 0 && (limit < 0n || pieces.length < limit);) {
    spend(1 + by.length / 256);
    pieces.push(this.slice(from, at));
    from = at + part.length;
    if (at >= this.length) return [...pieces, ""].join(by);
    at = this.indexOf(part, part === "" ? at + 1 : from);
  }
  return [...pieces, this.slice(from)].join(by);
}

function replaceAllText(this: string, part: string, by: string): string {
  return replaceText.call(this, part, by, -1n);
}

function holdsScope(scopes: Iterable<CelValue>, wanted: string): boolean {
  return holds(
    [...scopes].filter((scope) => typeof scope === "string"),
    canonicalScope(wanted),
  );
}

/**
 * What stands beside CEL's own functions, and instead of some: a field that is null is there, text becomes a number
 * only if it is one, and nothing takes more than linear time. `holds` asks a list of scopes as grants are asked.
 */
export const functions: CelFunc[] = [
  ...strings,
  celFunc("_+_", [list, list], list, (one, other) => celList(concatenate(one, other))),
  celFunc("@in", [STRING, map], BOOL, (key, fields) => fields.get(key) !== undefined),
  celFunc("int", [STRING], INT, int),
  celFunc("uint", [STRING], UINT, uint),
  celFunc("double", [STRING], DOUBLE, readReal),
  celMethod("replace", STRING, [STRING, STRING], STRING, replaceAllText),
  celMethod("replace", STRING, [STRING, STRING, INT], STRING, replaceText),
  celMethod("holds", list, [STRING], BOOL, function (wanted) {
    return isCelList(this) && holdsScope(this, wanted);
  }),
];
