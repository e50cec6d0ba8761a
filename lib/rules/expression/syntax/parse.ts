import { parse } from "@bufbuild/cel";
import type { Expr, ParsedExpr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { everyPart } from "@/lib/rules/expression/syntax/walk";

/** A parsed expression and its text, which places refer to. */
export interface Parsed {
  source: string;
  expr: Expr;
  sourceInfo: ParsedExpr["sourceInfo"];
}

/** Says why an expression is refused, to the one who writes it. */
export type Refuse = (message: string) => void;

/** Parses CEL. Null, and a reason, for what is no expression or nested beyond the limits. */
export function parseExpression(source: string, refuse: Refuse): Parsed | null {
  const deepest = deepestBracket(source);
  if (deepest !== null) {
    refuse(`${placeOf(source, deepest)}: brackets are nested more than ${expressionLimits.nesting} deep`);
    return null;
  }
  const { text, names } = withoutQuotedFields(source);
  const read = parseText(text, refuse);
  if (read === null) return null;
  for (const expr of [read.expr, ...Object.values(read.sourceInfo?.macroCalls ?? {})])
    renameFields(expr, names);
  const parsed = { source, expr: read.expr, sourceInfo: read.sourceInfo };
  for (const { part, depth } of everyPart(parsed.expr))
    if (depth > expressionLimits.depth) {
      refuse(`${partPlace(parsed, part)}: is nested more than ${expressionLimits.depth} deep`);
      return null;
    }
  return parsed;
}

/** Where a part of an expression begins, in words. */
export function partPlace({ source, sourceInfo }: Parsed, part: Expr): string {
  return placeOf(source, sourceInfo?.positions[part.id.toString()] ?? 0);
}

function parseText(source: string, refuse: Refuse) {
  try {
    return parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : "cannot be parsed";
    const [, line, column, reason = message] = /^<input>:(\d+):(\d+): (.*)$/s.exec(message) ?? [];
    if (error instanceof RangeError) refuse("is nested too deep");
    else refuse(line === undefined ? reason : `line ${line}, column ${column}: ${reason}`);
    return null;
  }
}

function placeOf(source: string, offset: number): string {
  const before = source.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const quoted = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs;

/** The offset of the first bracket that is too deep, strings aside, or null. */
function deepestBracket(source: string): number | null {
  const code = source.replace(quoted, (text) => " ".repeat(text.length));
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    if ("([{".includes(code.charAt(at))) depth++;
    else if (")]}".includes(code.charAt(at))) depth--;
    if (depth > expressionLimits.nesting) return at;
  }
  return null;
}

/**
 * The library does not know fields in backticks yet, such as request.headers.\`content-type\`: they are parsed as names
 * that the expression does not hold otherwise, as long as those in backticks so that places stay.
 */
function withoutQuotedFields(source: string): { text: string; names: ReadonlyMap<string, string> } {
  const names = new Map<string, string>();
  const text = source.replace(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`([\w./ -]+)`/gs,
    (whole: string, name?: string) => {
      if (name === undefined) return whole;
      let stand = "";
      for (let turn = names.size; stand === "" || names.has(stand) || source.includes(stand); turn++)
        stand = `_${turn.toString(36)}`.padEnd(whole.length, "_");
      names.set(stand, name);
      return stand;
    },
  );
  return { text, names };
}

function renameFields(expr: Expr, names: ReadonlyMap<string, string>): void {
  if (names.size === 0) return;
  for (const { part } of everyPart(expr)) {
    const { exprKind } = part;
    if (exprKind.case === "selectExpr")
      exprKind.value.field = names.get(exprKind.value.field) ?? exprKind.value.field;
    if (exprKind.case !== "structExpr") continue;
    for (const { keyKind } of exprKind.value.entries)
      if (keyKind.case === "fieldKey") keyKind.value = names.get(keyKind.value) ?? keyKind.value;
  }
}
