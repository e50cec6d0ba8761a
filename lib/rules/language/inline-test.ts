import { compileRule, type CompiledRule } from "@/lib/rules/verdict/compile";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import { no, yes } from "@/lib/rules/language/conditions/condition";
import type { Conditions } from "@/lib/rules/language/conditions/conditions-schema";
import { asAsked, type Question } from "@/lib/rules/language/question";
import { testQuestion } from "@/lib/rules/language/test-question";
import type { Rule, RuleTest } from "@/lib/rules/schema";

/** How one inline test went. */
export interface TestOutcome {
  name: string;
  expected: "allow" | "deny";
  /** Null when the request is not one that could be judged; `refusal` says why. */
  actual: "allow" | "deny" | null;
  refusal?: string | undefined;
  pass: boolean;
  /** Microseconds that judging took. */
  durationUs: number;
}

/** A rule with its compiled form, as it is tested. */
export interface TestedRule {
  rule: Rule;
  compiled: CompiledRule;
  engines: RuleEngines | null;
}

/**
 * Judges an inline test by the rule alone: an allow rule against a default of deny, a deny rule against allow. What a
 * test says nothing of is absent. Only the address, and the token of a credential it describes, are left open: such a
 * test passes too when it would with an address and a token that the rule asks for.
 */
export function runTest(tested: TestedRule, test: RuleTest): TestOutcome {
  const { name, expect: expected } = test;
  const read = testQuestion(test);
  if (!read.ok) return { name, expected, actual: null, pass: false, durationUs: 0, refusal: read.message };
  const first = answer(tested.compiled, read.question);
  const durationUs = timeOf(() => answer(tested.compiled, read.question));
  const actual =
    first === expected ? first : answer(withoutOpen(tested, test) ?? tested.compiled, read.question);
  return { name, expected, actual, pass: actual === expected, durationUs };
}

/** Microseconds of one turn. A browser's clock stands still for up to 100 µs, so turns are taken until it moves. */
function timeOf(turn: () => unknown): number {
  const before = performance.now();
  let start = before;
  while (start === before) start = performance.now();
  let turns = 0;
  let end = start;
  while (end === start) {
    turn();
    turns += 1;
    end = performance.now();
  }
  return Math.round(((end - start) * 10_000) / turns) / 10;
}

function answer({ condition, effect }: CompiledRule, question: Question): "allow" | "deny" {
  const truth = condition.test(asAsked(question));
  const applies = effect === "deny" ? truth !== no : truth === yes;
  return applies === (effect === "allow") ? "allow" : "deny";
}

type Open = "ip" | "token";

/** The rule without conditions on what the test leaves open, or null where there are none. */
function withoutOpen({ rule, engines }: TestedRule, { request, credential }: RuleTest): CompiledRule | null {
  // An AuthZEN question has neither, and what it says of its context is all there is.
  if (request === undefined) return null;
  const open: Open[] = [];
  if (request.ip === undefined) open.push("ip");
  if (credential !== undefined && credential.token === undefined) open.push("token");
  const { when, unless, ...others } = rule;
  const opened = { when: openBlock(when, open), unless: openBlock(unless, open) };
  if (JSON.stringify(opened) === JSON.stringify({ when, unless })) return null;
  return compileRule("rule_draft", { ...others, ...opened }, engines).rule;
}

/** A block without its open conditions; undefined when nothing else is left of it, as it may then hold or not. */
function openBlock(block: Conditions | undefined, open: readonly Open[]): Conditions | undefined {
  if (block === undefined) return undefined;
  const kept: Conditions = { ...block };
  for (const key of open) kept[key] = undefined;
  const any = block.any?.map((one) => openBlock(one, open));
  const all = block.all?.map((one) => openBlock(one, open)).filter((one) => one !== undefined);
  kept.any = any?.every((one) => one !== undefined) === true ? any : undefined;
  kept.all = all !== undefined && all.length > 0 ? all : undefined;
  kept.not = openBlock(block.not, open);
  return Object.values(kept).some((condition) => condition !== undefined) ? kept : undefined;
}
