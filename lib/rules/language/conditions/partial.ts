import {
  both,
  either,
  failed,
  no,
  opposite,
  yes,
  type Condition,
  type Quantifier,
  type Truth,
} from "@/lib/rules/language/conditions/condition";
import type { Asked } from "@/lib/rules/language/question";
import type { Conditions, OneRoute } from "@/lib/rules/language/conditions/conditions-schema";
import type { Rule } from "@/lib/rules/schema";

/** What a condition may turn out to be while the request is unknown: a set of truths, one bit each. */
export type Possible = number;

export const surelyNot: Possible = 1 << no;
export const surely: Possible = 1 << yes;
export const surelyFails: Possible = 1 << failed;
/** It depends on the request and cannot fail. */
export const dependsOnRequest: Possible = surelyNot | surely;
/** Nothing at all is known of it. */
export const anything: Possible = surelyNot | surely | surelyFails;

/** What is known before there is a request. */
export interface Known {
  /** A question of this credential; nothing but the credential is read of it. */
  asked: Asked;
  /** Methods that the service takes, HEAD with GET; null for all. */
  methods: ReadonlySet<string> | null;
}

/** A rule as far as it can be judged without a request: settled for everyone, or by what is known. */
export type PartialRule = Possible | ((known: Known) => Possible);

/** Makes a rule ready to judge, engines included; null for one that does not compile. */
export type CompileCondition = (rule: Rule) => Condition | null;

/**
 * Judges a rule for every request at once, by Kleene's logic on sets of truths: conditions on the credential are
 * evaluated, all others may turn out either way. Of a condition that it does not know it believes anything, so what it
 * calls settled is settled.
 */
export function partialRule(rule: Rule, compile: CompileCondition): PartialRule {
  if (compile(rule) === null) return surelyFails;
  // As in compiling: of several values a deny needs any to match, an allow all of them.
  const walk: Walk = { quantifier: rule.effect === "deny" ? "any" : "all", compile };
  const parts = Object.entries(rule).flatMap(([key, value]): PartialRule[] => {
    if (value === undefined || wordsOnly.has(key)) return [];
    if (key === "when") return rule.when === undefined ? [] : [partialBlock(rule.when, walk)];
    if (key === "unless") return rule.unless === undefined ? [] : [negatedBlock(rule.unless, walk)];
    return [anything];
  });
  return parts.reduce(every, surely);
}

export function possibleOf(partial: PartialRule, known: Known): Possible {
  return typeof partial === "number" ? partial : partial(known);
}

/** Keys of a rule that no verdict depends on; `expiresAt` and `mode` are judged before. */
const wordsOnly = new Set(["name", "description", "effect", "mode", "reason", "expiresAt", "tests"]);

interface Walk {
  quantifier: Quantifier;
  compile: CompileCondition;
}

function partialBlock(block: Conditions, walk: Walk): PartialRule {
  const parts = Object.entries(block).map(([key, value]): PartialRule => {
    if (value === undefined) return surely;
    switch (key) {
      case "method":
        return block.method === undefined ? surely : partialMethod(block.method);
      case "route":
        return block.route === undefined ? surely : possibleRoute(block.route);
      case "credential":
        return ofCredential({ credential: block.credential }, walk);
      case "token":
        return ofCredential({ token: block.token }, walk);
      case "all":
        return (block.all ?? []).map((one) => partialBlock(one, walk)).reduce(every, surely);
      case "any":
        return (block.any ?? []).map((one) => partialBlock(one, walk)).reduce(some, surelyNot);
      case "not":
        return block.not === undefined ? surely : negatedBlock(block.not, walk);
      default:
        return anything;
    }
  });
  return parts.reduce(every, surely);
}

function negatedBlock(block: Conditions, walk: Walk): PartialRule {
  const quantifier = walk.quantifier === "any" ? "all" : "any";
  const inner = partialBlock(block, { ...walk, quantifier });
  return typeof inner === "number" ? negate(inner) : (known) => negate(inner(known));
}

/** Compiled as a rule of its own, by the one compiler there is; its effect says how several values count. */
function ofCredential(when: Conditions, { quantifier, compile }: Walk): PartialRule {
  const condition = compile({
    name: "partial",
    effect: quantifier === "any" ? "deny" : "allow",
    mode: "enforce",
    when,
  });
  if (condition === null) return surelyFails;
  return ({ asked }) => 1 << condition.test(asked);
}

function partialMethod(method: NonNullable<Conditions["method"]>): PartialRule {
  const accepted = withHead(Array.isArray(method) ? method : [method]);
  return ({ methods }) => methodIsOneOf(accepted, methods);
}

/** Methods as rules and services name them: GET covers HEAD. */
export function withHead(methods: readonly string[]): ReadonlySet<string> {
  return new Set(methods.includes("GET") ? [...methods, "HEAD"] : methods);
}

/** Whether a request's method is accepted, when it is one of `taken`; null is any. */
export function methodIsOneOf(accepted: ReadonlySet<string>, taken: ReadonlySet<string> | null): Possible {
  if (taken === null) return dependsOnRequest;
  const met = [...taken].filter((one) => accepted.has(one)).length;
  if (met === 0) return surelyNot;
  return met === taken.size ? surely : dependsOnRequest;
}

/** Whether a request's path is on a route; `/**` is every path. */
export function possibleRoute(route: OneRoute | OneRoute[]): Possible {
  const routes = Array.isArray(route) ? route : [route];
  if (routes.includes("/**")) return surely;
  return routes.every((one) => typeof one === "string") ? dependsOnRequest : anything;
}

function every(one: PartialRule, other: PartialRule): PartialRule {
  return combined(one, other, bothPossible);
}

function some(one: PartialRule, other: PartialRule): PartialRule {
  return combined(one, other, eitherPossible);
}

function combined(one: PartialRule, other: PartialRule, combine: Combine): PartialRule {
  if (typeof one === "number" && typeof other === "number") return combine(one, other);
  return (known) => combine(possibleOf(one, known), possibleOf(other, known));
}

type Combine = (one: Possible, other: Possible) => Possible;

const truths: readonly Truth[] = [no, yes, failed];

/** Lifts a connective to sets: every truth of the one with every truth of the other. */
function lifted(connective: (one: Truth, other: Truth) => Truth): Combine {
  const table = Array.from({ length: 64 }, (_, index) =>
    truths
      .flatMap((one) => truths.map((other) => ({ one, other })))
      .filter(({ one, other }) => ((index >> 3) & (1 << one)) !== 0 && (index & (1 << other)) !== 0)
      .reduce((set, { one, other }) => set | (1 << connective(one, other)), 0),
  );
  return (one, other) => table[(one << 3) | other] ?? anything;
}

const bothPossible = lifted(both);
const eitherPossible = lifted(either);

function negate(possible: Possible): Possible {
  return truths
    .filter((truth) => (possible & (1 << truth)) !== 0)
    .reduce<Possible>((set, truth) => set | (1 << opposite(truth)), 0);
}
