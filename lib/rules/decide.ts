import type { CompiledRule } from "@/lib/rules/compile";
import { no, yes } from "@/lib/rules/language/condition";
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
  /** What the refused caller may be told. */
  publicReason?: string;
}

/** Rules found to apply, while judging. */
interface Found {
  denies: CompiledRule[];
  allows: CompiledRule[];
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
  const judge = (rule: CompiledRule) => collect(rule.mode === "enforce" ? enforced : shadow, rule, asked);
  for (const { index } of placesFor(ruleset, service.id, credential?.keyId)) visitIndex(index, asked, judge);
  const ruling = rulingOf(enforced, asked);
  ruling.shadow = shadowOf(shadow);
  return ruling;
}

function collect(found: Found, rule: CompiledRule, asked: Asked): void {
  if (rule.effect === "deny") {
    if (rule.condition.test(asked) !== no && !found.denies.includes(rule)) found.denies.push(rule);
  } else if (found.denies.length === 0) {
    if (rule.condition.test(asked) === yes && !found.allows.includes(rule)) found.allows.push(rule);
  }
}

function rulingOf({ denies, allows }: Found, asked: Asked): Ruling {
  const determining = byName(denies.length > 0 ? denies : allows);
  const [first] = determining;
  if (first === undefined) return defaultRuling(asked);
  const publicReason = denies.length > 0 ? determining.find((rule) => rule.publicReason !== null)?.publicReason : null;
  return {
    verdict: first.effect,
    rules: determining.map((rule) => rule.name),
    route: routeOf(determining, asked),
    reason: determining.find((rule) => rule.reason !== null)?.reason ?? "RULE",
    shadow: null,
    ...(typeof publicReason === "string" ? { publicReason } : {}),
  };
}

function defaultRuling({ service: { defaultVerdict } }: Asked): Ruling {
  const reason = defaultVerdict === "allow" ? "DEFAULT_ALLOW" : "DEFAULT_DENY";
  return { verdict: defaultVerdict, rules: [], route: null, reason, shadow: null };
}

function shadowOf({ denies, allows }: Found): Ruling["shadow"] {
  if (denies.length > 0) return { verdict: "deny", rules: byName(denies).map((rule) => rule.name) };
  if (allows.length > 0) return { verdict: "allow", rules: byName(allows).map((rule) => rule.name) };
  return null;
}

function routeOf(rules: readonly CompiledRule[], asked: Asked): string | null {
  for (const { routes } of rules) {
    const matched = routes?.find((route) => route.test(asked) === yes);
    if (matched !== undefined) return matched.template;
  }
  return null;
}

/** Sorted by name, so that a verdict never tells the order in which rules were written. */
function byName(rules: CompiledRule[]): CompiledRule[] {
  return rules.length < 2 ? rules : rules.sort((one, other) => (one.name < other.name ? -1 : 1));
}
