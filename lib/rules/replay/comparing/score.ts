import { decide, decideEvaluation, type Ruling } from "@/lib/rules/verdict/decide";
import { either, failed, no, yes, type Truth } from "@/lib/rules/language/conditions/condition";
import { asAsked, asForwarded, type Question } from "@/lib/rules/language/question";
import type { PlacedRule } from "@/lib/rules/ask/draft";
import { unknownRules } from "@/lib/rules/replay/kept/replay-engines";
import type { ReplayChange } from "@/lib/rules/replay/schema";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** The rules of today, the same with the draft, and the same with neither the draft nor what it stands in for. */
export interface Compared {
  current: CompiledRuleset;
  drafted: CompiledRuleset;
  others: CompiledRuleset;
  /** What differs between `current` and `drafted`; null where there is none. */
  draft: PlacedRule | null;
  standing: PlacedRule | null;
}

/** How one question fares. */
export interface Score {
  change: ReplayChange | "same";
  /** The verdict by the rules of today; null when it is not known. */
  current: Ruling | null;
  /** With the draft; null when it is not known or was not asked because nothing differs. */
  drafted: Ruling | null;
}

/** What a rule adds to a verdict. */
type Say = "deny" | "allow" | "nothing" | "unknown";

/** Reasons of a service itself, before any rule. */
const beforeRules: ReadonlySet<string> = new Set(["NO_CREDENTIAL", "METHOD_NOT_ALLOWED", "SCOPE_REQUIRED"]);

/**
 * Judges a question by both rulesets. Where nothing that differs has another say, the verdict cannot change, whatever
 * else is not known; where what is not known could matter, the change is unknown and never guessed.
 */
export function score(compared: Compared, question: Question): Score {
  const current = ruled(compared.current, question);
  const before = sayOf(compared.standing, question);
  const after = sayOf(compared.draft, question);
  if (before === after && before !== "unknown") return { change: "same", current, drafted: null };
  if (current !== null && beforeRules.has(current.reason)) return { change: "same", current, drafted: null };
  const without = ruled(compared.others, question);
  if (without?.verdict === "deny" && without.rules.length > 0)
    return { change: "same", current, drafted: null };
  if (before === "unknown" || after === "unknown") return { change: "unknown", current, drafted: null };
  const drafted = ruled(compared.drafted, question);
  return { change: changeOf(current, drafted), current, drafted };
}

function changeOf(current: Ruling | null, drafted: Ruling | null): Score["change"] {
  if (current === null || drafted === null) return "unknown";
  if (current.verdict === drafted.verdict) return "same";
  return drafted.verdict === "deny" ? "newly-denied" : "newly-allowed";
}

/** A verdict that no rule of unknown truth could turn, else null. Such a rule fails: its deny counts, its allow does not. */
function ruled(ruleset: CompiledRuleset, question: Question): Ruling | null {
  const before = unknownRules();
  const ruling =
    question.evaluation === undefined ? decide(ruleset, question) : decideEvaluation(ruleset, question);
  const unknown = unknownRules() - before;
  return unknown === 0 || ruling.verdict === "allow" || ruling.rules.length > unknown ? ruling : null;
}

function sayOf(placed: PlacedRule | null, question: Question): Say {
  if (placed === null || !applies(placed, question)) return "nothing";
  const { rule } = placed;
  if (rule.mode !== "enforce") return "nothing";
  const before = unknownRules();
  const truth = truthOf(placed, question);
  if (truth === failed && unknownRules() > before) return "unknown";
  if (rule.effect === "deny") return truth === no ? "nothing" : "deny";
  return truth === yes ? "allow" : "nothing";
}

/** A deny also judges the path that is forwarded. */
function truthOf({ rule }: PlacedRule, question: Question): Truth {
  const asked = asAsked(question);
  const truth = rule.condition.test(asked);
  const forwarded = rule.effect === "deny" ? asForwarded(asked) : null;
  return forwarded === null ? truth : either(truth, rule.condition.test(forwarded));
}

function applies({ rule, attachments }: PlacedRule, { service, credential }: Question): boolean {
  if (rule.expiresAtMs <= Date.now()) return false;
  return attachments.some(
    ({ serviceId, keyId }) =>
      (serviceId === null || serviceId === service.id) && (keyId === null || keyId === credential?.keyId),
  );
}
