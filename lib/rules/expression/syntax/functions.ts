import { CelScalar, type CelFunc, type CelType } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { environment } from "@/lib/rules/expression/evaluate/environment";
import { commonType, isDyn, refuse, type Checking } from "@/lib/rules/expression/syntax/checking";
import { isInternalName } from "@/lib/rules/expression/syntax/walk";

const { DYN } = CelScalar;

const overloads = new Map<string, CelFunc[]>();
for (const each of environment.funcs) overloads.set(each.name, [...(overloads.get(each.name) ?? []), each]);

/** Whether there is a function of this name at all. */
export function isFunction(name: string): boolean {
  return overloads.has(name);
}

/** One call of a function or operator, with the types of what it is called on, undefined without that, and with. */
interface Call {
  expr: Expr;
  name: string;
  args: readonly Expr[];
  target: CelType | undefined;
  types: readonly CelType[];
}

/** The type that a call comes to. Refuses functions that do not exist, and what they are not made for. */
export function typeOfFunction(call: Call, checking: Checking): CelType {
  const known = overloads.get(call.name);
  if (known === undefined) return refuse(checking, call.expr, `there is no function ${call.name}`);
  if (call.name === "_==_" || call.name === "_!=_") checkComparable(call, checking);
  if (arithmetic.has(call.name)) checkNumbers(call, checking);
  const fitting = known.filter((one) => isFor(one, call));
  if (fitting.length > 0) return commonType(fitting.map(({ result }) => result));
  const given = call.types.map(({ name }) => name).join(" and ") || "nothing";
  const what = arithmetic.get(call.name) ?? call.name.replace(/^[_@]|_$/g, "");
  const on = call.target === undefined ? "" : ` of ${call.target.name}`;
  return refuse(checking, call.expr, `${what}${on} takes no ${given}`);
}

function isFor(one: CelFunc, { target, types }: Call): boolean {
  return (
    (one.target === undefined) === (target === undefined) &&
    one.arguments.length === types.length &&
    [one.target, ...one.arguments].every((wanted, index) => fits([target, ...types][index], wanted))
  );
}

function fits(given: CelType | undefined, wanted: CelType | undefined): boolean {
  if (given === undefined || wanted === undefined) return given === wanted;
  return isDyn(given) || isDyn(wanted) || given.name === wanted.name;
}

const numeric = new Set(["int", "uint", "double"]);

function checkComparable({ expr, types: [one = DYN, other = DYN] }: Call, checking: Checking): void {
  const alike = one.name === other.name || [one, other].every(({ name }) => numeric.has(name));
  if (!alike && ![one, other].some((type) => isDyn(type) || type.name === "null_type"))
    refuse(checking, expr, `${one.name} and ${other.name} are never equal`);
}

const arithmetic = new Map([
  ["_+_", "+"],
  ["_-_", "-"],
  ["_*_", "*"],
  ["_/_", "/"],
  ["_%_", "%"],
]);

/** Numbers of JSON are doubles, and CEL mixes no kinds of numbers in arithmetic: said at once instead of failing at every call. */
function checkNumbers({ expr, args, types }: Call, checking: Checking): void {
  const names = new Set(types.map(({ name }) => name));
  const ofMacro = args.some(
    ({ exprKind }) => exprKind.case === "identExpr" && isInternalName(exprKind.value.name),
  );
  if (!ofMacro && names.has("int") && (names.has("dyn") || names.has("double")))
    refuse(checking, expr, "numbers of JSON are doubles: write 2.0 for 2, or int(…) around the value");
}
