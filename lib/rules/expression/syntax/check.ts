import { CelScalar, listType, mapType, type CelType } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { commonType, isDyn, refuse, type Checking } from "@/lib/rules/expression/syntax/checking";
import { isFunction, typeOfFunction } from "@/lib/rules/expression/syntax/functions";
import type { Parsed, Refuse } from "@/lib/rules/expression/syntax/parse";
import { filledWith, literalText, partsOf, spelledName } from "@/lib/rules/expression/syntax/walk";
import { credentialHeaders, headerName } from "@/lib/rules/language/attributes/text-values";
import { isVariable, variables } from "@/lib/rules/expression/variables";

const { BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, TYPE, UINT } = CelScalar;

/** Names and types, before anything is evaluated. Gives the full names of the variables that are read. */
export function checkExpression(parsed: Parsed, refuse: Refuse): ReadonlySet<string> {
  const checking = { parsed, refuse, scope: new Map<string, CelType>(), reads: new Set<string>() };
  const type = typeOf(parsed.expr, checking);
  if (!isDyn(type) && type.name !== "bool") refuse(`must be true or false, not ${type.name}`);
  return checking.reads;
}

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
  const known = headerName(name);
  if (credentialHeaders.has(known))
    refuse(checking, expr, `${known} holds a credential, which rules never see; ask credential or token`);
  if (known !== name)
    refuse(checking, expr, `the header is called ["${known}"]: in lower case, with - for _`);
}

function typeOfCall(
  expr: Expr,
  { function: name, target, args }: Kind<"callExpr">,
  checking: Checking,
): CelType {
  const qualified = target === undefined ? null : `${spelledName(target)}.${name}`;
  if (qualified !== null && isFunction(qualified)) {
    const types = args.map((arg) => typeOf(arg, checking));
    return typeOfFunction({ expr, name: qualified, args, target: undefined, types }, checking);
  }
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
  return typeOfFunction({ expr, name, args, target: on, types }, checking);
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
  const filling = filledWith(loopStep);
  if (filling === null) {
    typeOf(loopStep, inside);
    return typeOf(result, inside);
  }
  if (filling.condition !== null)
    requireBools(filling.condition, [typeOf(filling.condition, inside)], checking);
  return listType(typeOf(filling.item, inside));
}
