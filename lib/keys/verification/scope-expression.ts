import { Problem } from "@/lib/api/problem";
import { processState } from "@/lib/process/state";
import { canonicalScope } from "@/lib/scopes/catalogue";
import { holds } from "@/lib/scopes/grant";
import { Scope } from "@/lib/scopes/schema";

/** Deepest nesting of parentheses. */
const depthMax = 20;

/** Whether a grant satisfies an expression. */
export type ScopeTest = (held: readonly string[]) => boolean;

const compiledMax = 1_000;
const compiled = processState("scope-expressions", () => new Map<string, ScopeTest>());

/** {@link parseScopeExpression}, remembered for the expressions that callers repeat. */
export function scopeTest(expression: string): ScopeTest {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const made = parseScopeExpression(expression);
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(expression, made);
  return made;
}

/**
 * Reads `a and (b or c)`: `or` binds looser than `and`, parentheses nest at most 20 deep.
 * Throws `invalid` with the place, counted in words and parentheses.
 */
export function parseScopeExpression(expression: string): ScopeTest {
  const reader: Reader = { tokens: expression.match(/[()]|[^\s()]+/g) ?? [], next: 0, depth: 0 };
  const test = readAny(reader);
  if (reader.next < reader.tokens.length) throw refusal(reader, "expected and, or, or the end");
  return test;
}

interface Reader {
  tokens: readonly string[];
  next: number;
  depth: number;
}

function readAny(reader: Reader): ScopeTest {
  const tests = [readAll(reader)];
  while (accept(reader, "or")) tests.push(readAll(reader));
  return (held) => tests.some((test) => test(held));
}

function readAll(reader: Reader): ScopeTest {
  const tests = [readOne(reader)];
  while (accept(reader, "and")) tests.push(readOne(reader));
  return (held) => tests.every((test) => test(held));
}

function readOne(reader: Reader): ScopeTest {
  if (accept(reader, "(")) {
    reader.depth += 1;
    if (reader.depth > depthMax) throw refusal(reader, `nests deeper than ${depthMax}`);
    const test = readAny(reader);
    if (!accept(reader, ")")) throw refusal(reader, "expected )");
    reader.depth -= 1;
    return test;
  }
  const scope = Scope.safeParse(canonicalScope(reader.tokens[reader.next] ?? ""));
  if (!scope.success) throw refusal(reader, "expected a scope such as read:invoices");
  reader.next += 1;
  return (held) => holds(held, scope.data);
}

function accept(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.next] !== token) return false;
  reader.next += 1;
  return true;
}

function refusal(reader: Reader, what: string): Problem {
  const message = `at word ${reader.next + 1}: ${what}`;
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path: "scopes", message }] });
}
