import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { refusals } from "@/lib/gateway/canonical";
import { readDescribed, servedRequest } from "@/lib/gateway/question/described";
import { withDraft } from "@/lib/rules/ask/draft";
import { invalidField, keyNamed, serviceNamed } from "@/lib/rules/ask/named";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import type { Simulate, Simulated } from "@/lib/rules/ask/schema";
import { presentTrace } from "@/lib/rules/ask/trace";
import { explain } from "@/lib/rules/verdict/explain";
import type { Question, RuleCredential } from "@/lib/rules/language/question";
import { testCredential } from "@/lib/rules/language/test-question";
import { loadRuleset } from "@/lib/rules/rulesets/load";
import { buildRuleset, type CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/**
 * Says how a call would be judged and why, perhaps with a draft in force; nothing is recorded or stored. A draft is
 * enforced here whatever its mode, else it could not be tried. Needs `read:rules`.
 */
export async function simulate(
  actor: Actor,
  { request, service: serviceName, credential, draft }: Simulate,
): Promise<Simulated> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const read = readDescribed(request);
  if ("refused" in read) throw invalidField("request.path", refusals[read.refused]);
  const loaded = await loadRuleset(actor.workspaceId);
  if (loaded === null) throw new Problem("not-found", "There is no such workspace.");
  const source =
    draft === undefined
      ? loaded
      : (await withDraft(actor, { source: loaded, draft, engines: serverEngines })).source;
  const ruleset = buildRuleset(source, Date.now());
  const service = serviceNamed(ruleset, serviceName);
  const served = servedRequest(read, service.paths);
  if ("refused" in served) throw invalidField("request.path", refusals[served.refused]);
  const question: Question = {
    ...served,
    credential: await credentialOf(actor, credential),
    service,
    address: request.ip ?? null,
  };
  return present(ruleset, question);
}

function present(ruleset: CompiledRuleset, question: Question): Simulated {
  const explanation = explain(ruleset, question);
  const { publicReason = null, ...ruling } = explanation.ruling;
  const { service, method, path } = question;
  return {
    decision: {
      ...ruling,
      publicReason,
      rulesetVersion: ruleset.version,
      service: service.slug,
      method,
      path,
    },
    trace: presentTrace(ruleset, explanation),
  };
}

async function credentialOf(
  actor: Actor,
  credential: Simulate["credential"],
): Promise<RuleCredential | null> {
  if (credential === null) return null;
  return typeof credential === "string"
    ? (await keyNamed(actor, credential)).key
    : testCredential(credential);
}
