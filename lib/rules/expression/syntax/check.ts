import { CelScalar, listType, mapType, type CelFunc, type CelType } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { environment } from "@/lib/rules/expression/evaluate/environment";
import { partPlace, type Parsed, type Refuse } from "@/lib/rules/expression/syntax/parse";
import {
  filledWith,
  isInternalName,
  literalText,
  partsOf,
  spelledName,
} from "@/lib/rules/expression/syntax/walk";
import { isVariable, variables } from "@/lib/rules/expression/variables";

const { BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, TYPE, UINT } = CelScalar;

/** Types of the names that loops have brought in. */
type Scope = ReadonlyMap<string, CelType>;

interface Checking {
  parsed: Parsed;
  refuse: Refuse;
  scope: Scope;
  /** Full names of the variables met so far. */
  reads: Set<string>;
}

/** Names and types, before anything is evaluated. Gives the full names of the variables that are read. */
export function checkExpression(parsed: Parsed, refuse: Refuse): ReadonlySet<string> {
  const checking = { parsed, refuse, scope: new Map<string, CelType>(), reads: new Set<string>() };
  const type = typeOf(parsed.expr, checking);
  if (!isDyn(type) && type.name !== "bool") refuse(`must be true or false, not ${type.name}`);
  return checking.reads;
}

const overloads = new Map<string, CelFunc[]>();
for (const each of environment.funcs) overloads.set(each.name, [...(overloads.get(each.name) ?? []), each]);

const typeNames = new Set([
  "int",
  "uint",
  "double",
  "bool",
  "string",
  "bytes",
  "list",
  "map",
  "null_type",
  "type",
]);

/** Refuses, and goes on as if the part could be anything, so that every mistake is told at once. */
function refuse(checking: Checking, part: Expr, message: string): CelType {
  checking.refuse(`${partPlace(checking.parsed, part)}: ${message}`);
  return DYN;
}

function isDyn(type: CelType): boolean {
  return type.name === "dyn";
}

function typeOf(expr: Expr, checking: Checking): CelType {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "constExpr":
      return typeOfLiteral(exprKind.value.constantKind.case);
    case "identExpr":
      return typeOfName(expr, exprKind.value.name, checking);
    case "selectExpr":
      return typeOfField(expr, exprKind.value, checking);
    case "callExpr":
      return typeOfCall(expr, exprKind.value, checking);
    case "listExpr":
      return listType(commonType(exprKind.value.elements.map((item) => typeOf(item, checking))));
    case "structExpr":
      if (exprKind.value.messageName !== "")
        return refuse(checking, expr, `there is no type ${exprKind.value.messageName}`);
      for (const part of partsOf(expr)) typeOf(part, checking);
      return mapType(DYN, DYN);
    case "comprehensionExpr":
      return typeOfLoop(expr, exprKind.value, checking);
    case undefined:
      return refuse(checking, expr, "is not an expression");
  }
}

function typeOfLiteral(kind: string | undefined): CelType {
  const types: Record<string, CelType> = {
    boolValue: BOOL,
    bytesValue: BYTES,
    doubleValue: DOUBLE,
    int64Value: INT,
    nullValue: NULL,
    stringValue: STRING,
    uint64Value: UINT,
  };
  return types[kind ?? ""] ?? DYN;
}

function commonType(types: readonly CelType[]): CelType {
  const [first] = types;
  return first !== undefined && types.every(({ name }) => name === first.name) ? first : DYN;
}

function typeOfName(expr: Expr, name: string, checking: Checking): CelType {
  const bound = checking.scope.get(name);
  if (bound !== undefined) return bound;
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable === undefined)
    return typeNames.has(name) ? TYPE : refuse(checking, expr, `there is no ${name}${suggestion(name)}`);
  if (!isVariable(variable))
    return refuse(checking, expr, `${name} is no value; name a field: ${fieldsOf(name, variable)}`);
  checking.reads.add(name);
  return variable.type;
}

function suggestion(name: string): string {
  const owner = Object.entries(variables).find(([, one]) => !isVariable(one) && Object.hasOwn(one, name));
  return owner === undefined
    ? `; there are ${Object.keys(variables).join(", ")}`
    : `; ${owner[0]}.${name} is meant?`;
}

function fieldsOf(root: string, fields: object): string {
  return Object.keys(fields)
    .map((field) => `${root}.${field}`)
    .join(", ");
}

type Kind<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>["value"];

function typeOfField(
  expr: Expr,
  { operand, field, testOnly }: Kind<"selectExpr">,
  checking: Checking,
): CelType {
  if (operand === undefined) return refuse(checking, expr, "is not an expression");
  const root = spelledName(operand);
  const fields = root !== null && Object.hasOwn(variables, root) ? variables[root] : undefined;
  if (fields !== undefined && !isVariable(fields)) {
    const variable = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (variable === undefined)
      return refuse(checking, expr, `${root} has no ${field}; it has ${Object.keys(fields).join(", ")}`);
    checking.reads.add(`${root}.${field}`);
    return testOnly ? BOOL : variable.type;
  }
  const type = typeOf(operand, checking);
  if (type.kind !== "map" && !isDyn(type))
    return refuse(checking, expr, `a value of type ${type.name} has no field ${field}`);
  if (root === "request.headers" || root === "request.headerValues") checkHeaderName(expr, field, checking);
  return testOnly ? BOOL : type.kind === "map" ? type.value : DYN;
}

function checkHeaderName(expr: Expr, name: string, checking: Checking): void {
  const known = name.toLowerCase().replaceAll("_", "-");
  if (known !== name)
    refuse(checking, expr, `the header is called ["${known}"]: in lower case, with - for _`);
}

function typeOfCall(
  expr: Expr,
  { function: name, target, args }: Kind<"callExpr">,
  checking: Checking,
): CelType {
  const qualified = target === undefined ? null : spelledName(target);
  if (qualified !== null && overloads.has(`${qualified}.${name}`))
    return overloadOf(
      expr,
      `${qualified}.${name}`,
      [undefined, ...args.map((arg) => typeOf(arg, checking))],
      checking,
    );
  const on = target === undefined ? undefined : typeOf(target, checking);
  const types = args.map((arg) => typeOf(arg, checking));
  if (name === "_[_]") return typeOfItem(expr, args, types, checking);
  if (name === "_?_:_") {
    requireBools(expr, types.slice(0, 1), checking);
    return commonType(types.slice(1));
  }
  if (name === "_&&_" || name === "_||_" || name === "@not_strictly_false") {
    requireBools(expr, types, checking);
    return BOOL;
  }
  if (name === "_==_" || name === "_!=_") checkComparable(expr, types, checking);
  if (arithmetic.has(name)) checkNumbers(expr, args, types, checking);
  return overloadOf(expr, name, [on, ...types], checking);
}

function requireBools(expr: Expr, types: readonly CelType[], checking: Checking): void {
  const other = types.find((type) => type.name !== "bool" && !isDyn(type));
  if (other !== undefined) refuse(checking, expr, `true or false is needed here, not ${other.name}`);
}

function typeOfItem(
  expr: Expr,
  args: readonly Expr[],
  types: readonly CelType[],
  checking: Checking,
): CelType {
  const [of, key] = args;
  const [type = DYN] = types;
  if (of !== undefined && key !== undefined && /^request\.header(s|Values)$/.test(spelledName(of) ?? "")) {
    const header = literalText(key);
    if (header !== null) checkHeaderName(expr, header, checking);
  }
  if (type.kind === "map") return type.value;
  if (type.kind === "list") return type.element;
  return isDyn(type) ? DYN : refuse(checking, expr, `a value of type ${type.name} has no items`);
}

const numeric = new Set(["int", "uint", "double"]);

function checkComparable(expr: Expr, [one = DYN, other = DYN]: readonly CelType[], checking: Checking): void {
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

/** Numbers of JSON are doubles, and CEL never mixes kinds of numbers in arithmetic: said at once instead of failing at every call. */
function checkNumbers(
  expr: Expr,
  args: readonly Expr[],
  types: readonly CelType[],
  checking: Checking,
): void {
  const mixed =
    types.some(({ name }) => name === "dyn" || name === "double") && types.some(({ name }) => name === "int");
  if (
    !mixed ||
    args.some(({ exprKind }) => exprKind.case === "identExpr" && isInternalName(exprKind.value.name))
  )
    return;
  refuse(checking, expr, "numbers of JSON are doubles: write 2.0 for 2, or int(…) around the value");
}

/** `types` is the target's, undefined without one, and those of the arguments. */
function overloadOf(
  expr: Expr,
  name: string,
  [target, ...args]: readonly (CelType | undefined)[],
  checking: Checking,
): CelType {
  const known = overloads.get(name);
  if (known === undefined) return refuse(checking, expr, `there is no function ${name}`);
  const fitting = known.filter(
    (one) =>
      (one.target === undefined) === (target === undefined) &&
      one.arguments.length === args.length &&
      [one.target, ...one.arguments].every((wanted, index) => fits([target, ...args][index], wanted)),
  );
  if (fitting.length > 0) return commonType(fitting.map(({ result }) => result));
  const given = args.map((arg) => arg?.name).join(" and ");
  const what = arithmetic.get(name) ?? name.replace(/^_|_$/g, "").replace(/^@/, "");
  return refuse(
    checking,
    expr,
    target === undefined
      ? `${what} takes no ${given === "" ? "empty arguments" : given}`
      : `${what} of ${target.name} takes no ${given === "" ? "empty arguments" : given}`,
  );
}

function fits(given: CelType | undefined, wanted: CelType | undefined): boolean {
  if (given === undefined || wanted === undefined) return given === wanted;
  return isDyn(given) || isDyn(wanted) || given.name === wanted.name;
}

function typeOfLoop(expr: Expr, loop: Kind<"comprehensionExpr">, checking: Checking): CelType {
  const { iterRange, accuInit, loopStep, loopCondition, result } = loop;
  if (iterRange === undefined || accuInit === undefined || loopStep === undefined || result === undefined)
    return refuse(checking, expr, "is not an expression");
  if (Object.hasOwn(variables, loop.iterVar))
    refuse(checking, expr, `${loop.iterVar} is a variable already; give the item another name`);
  const range = typeOf(iterRange, checking);
  const item =
    range.kind === "list" ? range.element : range.kind === "map" ? range.key : isDyn(range) ? DYN : null;
  if (item === null) return refuse(checking, expr, `a value of type ${range.name} has no items`);
  const filled = typeOf(accuInit, checking);
  const inside = {
    ...checking,
    scope: new Map([...checking.scope, [loop.iterVar, item], [loop.accuVar, filled]]),
  };
  if (loopCondition !== undefined) typeOf(loopCondition, inside);
  typeOf(loopStep, inside);
  const made = filledWith(loopStep);
  return made === null ? typeOf(result, inside) : listType(typeOf(made, inside));
}
