import type { CompiledRule } from "@/lib/rules/compile";
import { no, yes, type Condition } from "@/lib/rules/language/condition";
import { asAsked, type Asked, type Question } from "@/lib/rules/language/question";
import { visitIndex } from "@/lib/rules/language/route-index";
import { placesFor, type CompiledRuleset } from "@/lib/rules/ruleset";

/** A verdict and what determined it. */
export interface Ruling {
  verdict: "allow" | "deny";
  /** Names of the determining rules, sorted: all matching denies, else all matching allows. */
  rules: string[];
  /** Route template of the first determining rule that has one, else null. */
  route: string | null;
  /** The first determining rule's own code, RULE, DEFAULT_ALLOW, DEFAULT_DENY or NO_CREDENTIAL. */
  reason: string;
  /** What the shadow rules that matched would have said, else null. */
  shadow: { verdict: "allow" | "deny"; rules: string[] } | null;
  /** Scopes that the call needs and the credential lacks, where that is the reason. */
  requiredScopes?: readonly string[];
  /** What the refused caller may be told. */
  publicReason?: string;
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

/**
 * Judges a call by one ruleset. A deny that matches or cannot be evaluated denies; else an allow that matches allows;
 * else the service's default holds. Order never matters. A private service without a credential is NO_CREDENTIAL, before any rule.
 */
export function decide(ruleset: CompiledRuleset, question: Question): Ruling {
  const { credential, service } = question;
  if (credential === null && service.visibility === "private")
    return { verdict: "deny", rules: [], route: null, reason: "NO_CREDENTIAL", shadow: null };
  const asked = asAsked(question);
  const enforced: Found = { denies: [], allows: [] };
  const shadow: Found = { denies: [], allows: [] };
  const judge = (rule: CompiledRule, remaining: Condition, template: string | null) => {
    const { denies, allows } = rule.mode === "enforce" ? enforced : shadow;
    if (rule.effect === "deny") {
      if (remaining.test(asked) !== no) addOnce(denies, rule, template);
    } else if (denies.length === 0 && remaining.test(asked) === yes) addOnce(allows, rule, template);
  };
  for (const { index } of placesFor(ruleset, service.id, credential?.keyId)) visitIndex(index, asked, judge);
  const ruling = rulingOf(enforced, asked);
  ruling.shadow = shadowOf(shadow);
  return ruling;
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
