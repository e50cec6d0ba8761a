import type { CompiledRule } from "@/lib/rules/verdict/compile";
import { no, yes } from "@/lib/rules/language/conditions/condition";
import { evaluationService } from "@/lib/rules/language/evaluation";
import { asAsked, asForwarded, type Asked, type Question } from "@/lib/rules/language/question";
import { visitIndex } from "@/lib/rules/language/routes/route-index";
import {
  compileGate,
  gateRefusal,
  hasGate,
  type GateRefusal,
} from "@/lib/rules/language/routes/service-gate";
import { placesFor, type CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import type { CompiledService } from "@/lib/services/schema";

/** A verdict and what determined it. */
export interface Ruling {
  verdict: "allow" | "deny";
  /** Names of the determining rules, sorted: all matching denies, else all matching allows. */
  rules: string[];
  /** Route template of the first determining rule that has one, or of the required scopes that are missing, else null. */
  route: string | null;
  /**
   * The first determining rule's own code, RULE, DEFAULT_ALLOW, DEFAULT_DENY; or, before any rule, NO_CREDENTIAL,
   * METHOD_NOT_ALLOWED or SCOPE_REQUIRED.
   */
  reason: string;
  /** What the shadow rules that matched would have said, else null. */
  shadow: { verdict: "allow" | "deny"; rules: string[] } | null;
  /** What the refused caller may be told. */
  publicReason?: string;
  /** With SCOPE_REQUIRED, the scopes that the caller lacks, sorted. */
  requiredScopes?: string[];
}

/** A rule that applies, and its route's template where that is known already. */
interface Match {
  rule: CompiledRule;
  template: string | null;
}

interface Found {
  denies: Match[];
  allows: Match[];
}

/** Judges one of AuthZEN's questions by the rules of the workspace and of the credential that asks; without one that allows, it is denied. */
export function decideEvaluation(ruleset: CompiledRuleset, question: Question): Ruling {
  return decide(
    ruleset,
    question.service === evaluationService ? question : { ...question, service: evaluationService },
  );
}

/**
 * Judges a call by one ruleset. A private service without a credential is NO_CREDENTIAL; then the service's own methods
 * and required scopes; then the rules: a deny that matches or cannot be evaluated denies, on the path as it came or as
 * it is forwarded; else an allow that matches the path as it came allows; else the service's default holds. Order never matters.
 */
export function decide(ruleset: CompiledRuleset, question: Question): Ruling {
  const { credential, service } = question;
  if (credential === null && service.visibility === "private") return refused("NO_CREDENTIAL");
  const asked = asAsked(question);
  const forwarded = asForwarded(asked);
  if (hasGate(service)) {
    const refusal = gateOf(ruleset, service, forwarded === null ? [asked] : [asked, forwarded]);
    if (refusal !== null) return gateRuling(refusal);
  }
  const judging: Judging = { asked, enforced: nothingFound(), shadow: nothingFound() };
  const places = placesFor(ruleset, service.id, credential?.keyId);
  const visitor = { state: judging, visit: judge };
  for (const { index } of places) visitIndex(index, asked, visitor);
  if (forwarded !== null) {
    const state = { ...judging, asked: forwarded };
    for (const { index } of places) visitIndex(index, forwarded, { state, visit: judgeForwarded });
  }
  const ruling = rulingOf(judging.enforced, asked);
  ruling.shadow = shadowOf(judging.shadow);
  return ruling;
}

/** A question, and what its rules have come to so far. */
interface Judging {
  asked: Asked;
  enforced: Found;
  shadow: Found;
}

function nothingFound(): Found {
  return { denies: [], allows: [] };
}

function judge({ asked, enforced, shadow }: Judging, rule: CompiledRule, template: string | null): void {
  const { denies, allows } = rule.mode === "enforce" ? enforced : shadow;
  const remaining = template === null || asked.evaluation !== undefined ? rule.condition : rule.beyondIndex;
  if (rule.effect === "deny") {
    if (remaining.test(asked) !== no) addOnce(denies, rule, template);
  } else if (denies.length === 0 && remaining.test(asked) === yes) addOnce(allows, rule, template);
}

/** Only denies judge what is forwarded as well: an allow is for the path that its author wrote it for. */
function judgeForwarded(judging: Judging, rule: CompiledRule, template: string | null): void {
  if (rule.effect === "allow") return;
  const { asked, enforced, shadow } = judging;
  const remaining = template === null || asked.evaluation !== undefined ? rule.condition : rule.beyondIndex;
  if (remaining.test(asked) === no) return;
  const route = template ?? routeOf([{ rule, template }], asked);
  addOnce(rule.mode === "enforce" ? enforced.denies : shadow.denies, rule, route);
}

/** What the service itself says of a call in its forms, before any rule. */
export function gateOf(
  ruleset: CompiledRuleset,
  service: CompiledService,
  forms: readonly Asked[],
): GateRefusal | null {
  return gateRefusal(ruleset.gates.get(service.id) ?? compileGate(service), forms);
}

function gateRuling(refusal: GateRefusal): Ruling {
  if (refusal.reason === "METHOD_NOT_ALLOWED") return refused(refusal.reason);
  const missing = new Set(refusal.unmet.flatMap((requirement) => requirement.missing));
  return {
    ...refused(refusal.reason),
    // The first in their own order, so that it never hangs on how they were written down.
    route: refusal.unmet.map(({ route }) => route).sort()[0] ?? null,
    requiredScopes: [...missing].sort(),
  };
}

function refused(reason: string): Ruling {
  return { verdict: "deny", rules: [], route: null, reason, shadow: null };
}

/** A rule attached in two places, or reached by two of its routes, counts once. */
function addOnce(matches: Match[], rule: CompiledRule, template: string | null): void {
  for (const match of matches) if (match.rule === rule) return;
  matches.push({ rule, template });
}

function rulingOf({ denies, allows }: Found, asked: Asked): Ruling {
  const determining = byName(denies.length > 0 ? denies : allows);
  const [first] = determining;
  if (first === undefined) return defaultRuling(asked);
  const ruling: Ruling = {
    verdict: first.rule.effect,
    rules: determining.map(({ rule }) => rule.name),
    route: routeOf(determining, asked),
    reason: determining.find(({ rule }) => rule.reason !== null)?.rule.reason ?? "RULE",
    shadow: null,
  };
  const publicReason = determining.find(({ rule }) => rule.publicReason !== null)?.rule.publicReason ?? null;
  if (publicReason !== null && ruling.verdict === "deny") ruling.publicReason = publicReason;
  return ruling;
}

function defaultRuling({ service: { defaultVerdict } }: Asked): Ruling {
  const reason = defaultVerdict === "allow" ? "DEFAULT_ALLOW" : "DEFAULT_DENY";
  return { verdict: defaultVerdict, rules: [], route: null, reason, shadow: null };
}

function shadowOf({ denies, allows }: Found): Ruling["shadow"] {
  if (denies.length > 0) return { verdict: "deny", rules: byName(denies).map(({ rule }) => rule.name) };
  if (allows.length > 0) return { verdict: "allow", rules: byName(allows).map(({ rule }) => rule.name) };
  return null;
}

function routeOf(matches: readonly Match[], asked: Asked): string | null {
  for (const { rule, template } of matches) {
    const route = template ?? rule.routes?.find((one) => one.test(asked) === yes)?.template;
    if (route !== undefined) return route;
  }
  return null;
}

/** Sorted by name, so that a verdict never tells the order in which rules were written. */
function byName(matches: Match[]): Match[] {
  return matches.length < 2
    ? matches
    : matches.sort((one, other) => (one.rule.name < other.rule.name ? -1 : 1));
}
