import { type Mark, markOf } from "@/components/rules/json/marks";
import { findValues } from "@/components/rules/json/scan";
import { checkRule, conditionCount } from "@/lib/rules/writing/check";
import type { TestOutcome } from "@/lib/rules/language/inline-test";
import { duplicateKeys } from "@/lib/rules/language/json-text";
import { ruleLimits } from "@/lib/rules/language/limits";
import { Rule } from "@/lib/rules/schema";

/** Everything that can be said of a rule while it is written. */
export interface CheckedDraft {
  /** The parsed JSON object, or null while it is none. */
  value: Record<string, unknown> | null;
  /** The rule as soon as its form is right, even when its tests fail. */
  rule: Rule | null;
  /** True when it could be stored. */
  valid: boolean;
  /** It holds an expression or a JSON Schema, which the API judges, and the tests with it. */
  needsServer: boolean;
  marks: readonly Mark[];
  tests: readonly TestOutcome[];
  /** How many conditions it has, of how many; null while its form is wrong. */
  cost: { conditions: number; most: number } | null;
}

/** Judges the text as the API would, in the browser, at every change; what needs the API says so. */
export function checkDraft(text: string): CheckedDraft {
  const parsed = parse(text);
  if (!parsed.ok)
    return {
      value: null,
      rule: null,
      valid: false,
      needsServer: false,
      marks: [parsed.mark],
      tests: [],
      cost: null,
    };
  const values = findValues(text);
  const doubles = duplicateKeys(text).map((path) =>
    markOf(values, { path, message: "is named twice; only one can count" }),
  );
  const checked = checkRule(parsed.value, null);
  const marks = checked.ok ? [] : checked.errors.map((error) => markOf(values, error));
  const rule = checked.ok ? checked.rule : (Rule.safeParse(parsed.value).data ?? null);
  return {
    value: parsed.value,
    rule,
    valid: checked.ok && doubles.length === 0,
    needsServer: checked.ok && checked.needsServer,
    marks: [...doubles, ...marks],
    tests: checked.tests,
    cost: rule && { conditions: conditionCount(rule), most: ruleLimits.conditions },
  };
}

type Parsed = { ok: true; value: Record<string, unknown> } | { ok: false; mark: Mark };

function parse(text: string): Parsed {
  if (text.trim() === "")
    return { ok: false, mark: { from: 0, to: 0, message: "A rule is a JSON object: begin with {" } };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { ok: true, value: Object.fromEntries(Object.entries(value)) };
    return { ok: false, mark: { from: 0, to: text.length, message: "A rule is a JSON object" } };
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.trimEnd().length);
    const from = Math.min(position, Math.max(0, text.length - 1));
    const isOpen = position >= text.trimEnd().length;
    return {
      ok: false,
      mark: {
        from,
        to: Math.min(from + 1, text.length),
        message: isOpen ? "Something is not closed yet" : syntaxSentence(message),
      },
    };
  }
}

function syntaxSentence(message: string): string {
  if (/Unterminated/i.test(message)) return "This text is not closed";
  if (/double-quoted property name/i.test(message)) return "A key in double quotes belongs here";
  if (/after property value|after array element/i.test(message)) return "A comma is missing before this";
  if (/Expected ':'/.test(message)) return "A colon is missing before this";
  return "This is not JSON here";
}
