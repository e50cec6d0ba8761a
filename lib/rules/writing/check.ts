import type { z } from "zod";
import type { FieldError } from "@/lib/api/problem";
import { compileRule, type CompiledRule } from "@/lib/rules/verdict/compile";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import { runTest, type TestOutcome } from "@/lib/rules/language/inline-test";
import { nestsDeeperThan } from "@/lib/rules/language/json-text";
import type { Conditions } from "@/lib/rules/language/conditions/conditions-schema";
import { entities } from "@/lib/rules/catalogue";
import { ruleLimits } from "@/lib/rules/language/limits";
import { Rule } from "@/lib/rules/schema";

/**
 * A rule found good, or every wrong place of it. Tests are run as soon as the rule compiles. `needsServer`: it holds
 * `expr` or a JSON Schema and no engines were given, so those and its tests are still to be judged where there are.
 */
export type CheckedRule =
  | { ok: true; needsServer: boolean; rule: Rule; compiled: CompiledRule; tests: TestOutcome[] }
  | { ok: false; errors: FieldError[]; tests: TestOutcome[] };

/** Checks a rule as written: shape, limits, patterns, and its own tests. Pure, so the editor runs it as you type. */
export function checkRule(input: unknown, engines: RuleEngines | null): CheckedRule {
  const oversize = sizeErrors(input);
  if (oversize.length > 0) return { ok: false, errors: oversize, tests: [] };
  const unspeakable = prototypeErrors(input);
  if (unspeakable.length > 0) return { ok: false, errors: unspeakable.slice(0, 50), tests: [] };
  const parsed = Rule.safeParse(input);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error.issues).slice(0, 50), tests: [] };
  const rule = parsed.data;
  const { rule: compiled, errors, needsServer } = compileRule("rule_draft", rule, engines);
  errors.push(...nestingErrors(rule), ...countErrors(rule));
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, 50), tests: [] };
  if (needsServer) return { ok: true, needsServer, rule, compiled, tests: [] };
  const tests = (rule.tests ?? []).map((test) => runTest({ rule, compiled, engines }, test));
  const failures = tests.flatMap((outcome, index) => failuresOf(outcome, index));
  return failures.length > 0
    ? { ok: false, errors: failures, tests }
    : { ok: true, needsServer, rule, compiled, tests };
}

function sizeErrors(input: unknown): FieldError[] {
  if (nestsDeeperThan(input, 100)) return [{ path: "", message: "nests deeper than a rule can" }];
  const bytes = new TextEncoder().encode(JSON.stringify(input) ?? "").length;
  return bytes > ruleLimits.bytes
    ? [{ path: "", message: `must be at most ${ruleLimits.bytes} bytes of JSON` }]
    : [];
}

/** zod leaves out a key called `__proto__` without a word, and a rule would lose the condition. */
function prototypeErrors(value: unknown, path: readonly string[] = []): FieldError[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, key];
    if (key === "__proto__")
      return [{ path: dotted(at), message: "cannot be asked for: no rule knows that name" }];
    // A test's body is anybody's, and a schema says so in its own words.
    return key === "tests" || key === "schema" ? [] : prototypeErrors(inner, at);
  });
}

function failuresOf(outcome: TestOutcome, index: number): FieldError[] {
  if (outcome.pass) return [];
  if (outcome.refusal !== undefined)
    return [{ path: `tests.${index}.request.path`, message: outcome.refusal }];
  const message = `“${outcome.name}” expects ${outcome.expected}, but the rule answers ${outcome.actual}`;
  return [{ path: `tests.${index}`, message }];
}

function blocks(rule: Rule): [string, Conditions][] {
  return [
    ...(rule.when === undefined ? [] : [["when", rule.when] satisfies [string, Conditions]]),
    ...(rule.unless === undefined ? [] : [["unless", rule.unless] satisfies [string, Conditions]]),
  ];
}

function nestingErrors(rule: Rule): FieldError[] {
  return blocks(rule)
    .filter(([, block]) => nesting(block) > ruleLimits.nesting)
    .map(([path]) => ({ path, message: `may nest any, all and not at most ${ruleLimits.nesting} deep` }));
}

function nested(block: Conditions): Conditions[] {
  return [...(block.any ?? []), ...(block.all ?? []), ...(block.not === undefined ? [] : [block.not])];
}

function nesting(block: Conditions): number {
  return nested(block).reduce((deepest, inner) => Math.max(deepest, 1 + nesting(inner)), 0);
}

/** How many conditions a rule has, of {@link ruleLimits.conditions}: arrays opened, and its expression as one. */
export function conditionCount(rule: Rule): number {
  const own = rule.expr === undefined ? 0 : 1;
  return blocks(rule).reduce((sum, [, block]) => sum + countConditions(block), own);
}

function countErrors(rule: Rule): FieldError[] {
  const count = blocks(rule).reduce((sum, [, block]) => sum + countConditions(block), 0);
  return count > ruleLimits.conditions
    ? [{ path: "when", message: `has ${count} conditions; a rule may have ${ruleLimits.conditions}` }]
    : [];
}

function countConditions(block: Conditions): number {
  const { schema, fields = {}, ...paths } = block.body ?? {};
  const matchers = [block.credential, block.token, block.header, block.query, fields, paths]
    .concat(entities.map((entity) => block[entity]))
    .flatMap((conditions) => Object.values(conditions ?? {}));
  const alternatives = [block.route, ...matchers].reduce<number>((sum, one) => sum + countOne(one), 0);
  const single = [block.method, block.ip, schema].filter((one) => one !== undefined).length;
  return nested(block).reduce((sum, inner) => sum + countConditions(inner), single + alternatives);
}

function countOne(condition: unknown): number {
  if (condition === undefined) return 0;
  return Array.isArray(condition) ? condition.length : 1;
}

/** zod's issues as wrong places: each unknown key by its own path, and of a union the branch that was meant. */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  at: readonly PropertyKey[] = [],
): FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        path: dotted([...path, key]),
        message: `${key} is not a known key`,
      }));
    if (issue.code === "invalid_union") return unionErrors(issue, path);
    return [{ path: dotted(path), message: issue.message }];
  });
}

/** The branch that got furthest into the value, or none when the value's type fits no branch. */
function unionErrors(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): FieldError[] {
  const meant = issue.errors
    .filter(
      (branch) =>
        branch.length > 0 &&
        !branch.some((inner) => inner.code === "invalid_type" && inner.path.length === 0),
    )
    .map((branch) => fieldErrors(branch, path))
    .sort((one, other) => depth(other) - depth(one))[0];
  return meant ?? [{ path: dotted(path), message: "is not of a type that fits here" }];
}

function depth(errors: readonly FieldError[]): number {
  return Math.max(0, ...errors.map((error) => error.path.split(".").length));
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}
