import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import type { Explained } from "@/lib/rules/ask/schema";
import { presentTrace } from "@/lib/rules/ask/trace";
import { evaluationService } from "@/lib/rules/language/evaluation";
import { explain, type Candidate, type Explanation } from "@/lib/rules/verdict/explain";
import { asOf } from "@/lib/rules/expression/variables";
import { failed } from "@/lib/rules/language/conditions/condition";
import { asAsked, type Question } from "@/lib/rules/language/question";
import { keptQuestion, shownInput } from "@/lib/rules/replay/kept/kept-question";
import { replayEngines, telling, unknownRules } from "@/lib/rules/replay/kept/replay-engines";
import { createKnownKeys } from "@/lib/rules/replay/known-keys";
import { readCall } from "@/lib/rules/replay/read-calls";
import { loadRuleset } from "@/lib/rules/rulesets/load";
import { buildRuleset, type CompiledRuleset, type PlacedRule } from "@/lib/rules/verdict/ruleset";

/**
 * Judges a recorded decision once more by the rules of today, from what was kept of its call, and says how every rule
 * fared. What was not kept is never guessed. Needs `read:decisions` and `read:rules`.
 */
export async function explainRecorded(actor: Actor, id: string): Promise<Explained> {
  requireScope(actor, "read:decisions");
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const call = await readCall(actor.workspaceId, id);
  const source = call === null ? null : await loadRuleset(actor.workspaceId, replayEngines);
  if (call === null || source === null) throw new Problem("not-found", "No such decision.");
  const rules = source.rules.map((placed) => ({ ...placed, rule: telling(placed.rule) }));
  const ruleset = buildRuleset({ ...source, rules }, Date.now());
  const keys = createKnownKeys(actor.workspaceId);
  await keys.learn([call]);
  const service =
    call.source === "authzen"
      ? evaluationService
      : [...ruleset.services.values()].find((one) => one.id === call.serviceId);
  const question =
    service === undefined ? null : keptQuestion(call, { service, key: keys.get(call.credentialId) });
  const kept = shownInput(call.input);
  return question === null
    ? { decision: null, trace: null, kept }
    : { ...asOf(Date.parse(call.at), () => judged({ ruleset, rules }, question)), kept };
}

function judged(
  { ruleset, rules }: { ruleset: CompiledRuleset; rules: readonly PlacedRule[] },
  question: Question,
): Pick<Explained, "decision" | "trace"> {
  const before = unknownRules();
  const explanation = explain(ruleset, question);
  const { ruling } = explanation;
  const isKnown = unknownRules() === before || ruling.verdict === "allow";
  const unknown = unknownIds(rules, question);
  const trace = presentTrace(ruleset, {
    ...explanation,
    candidates: explanation.candidates.map((candidate) => shown(candidate, unknown)),
  });
  return { decision: isKnown ? presentRuling(ruleset, question, ruling) : null, trace };
}

function presentRuling(
  { version }: CompiledRuleset,
  { service, method, path }: Question,
  { publicReason, verdict, rules, route, reason, shadow }: Explanation["ruling"],
): Explained["decision"] {
  return {
    verdict,
    rules,
    route,
    reason,
    shadow,
    publicReason: publicReason ?? null,
    rulesetVersion: version,
    service: service.slug === "" ? null : service.slug,
    method,
    path,
  };
}

/** Rules whose truth rests on what was not kept. */
function unknownIds(rules: readonly PlacedRule[], question: Question): ReadonlySet<string> {
  const asked = asAsked(question);
  const ids = new Set<string>();
  for (const { rule } of rules) {
    const before = unknownRules();
    if (rule.condition.test(asked) === failed && unknownRules() > before) ids.add(rule.id);
  }
  return ids;
}

/** A stand-in for what was not kept is shown to nobody. */
function shown(candidate: Candidate, unknown: ReadonlySet<string>): Candidate {
  const { failure } = candidate;
  if (!unknown.has(candidate.id)) return candidate;
  return {
    ...candidate,
    outcome: "failed",
    determining: false,
    failure: {
      path: failure?.path ?? "",
      left: null,
      operator: failure?.operator ?? "expr",
      right: failure?.right ?? null,
      error: "rests on what was not kept",
    },
  };
}
