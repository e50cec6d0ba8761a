import { asRules } from "@/lib/testing/oracles/as-rules";
import type { AbstractPolicy, AbstractRequest } from "@/lib/testing/oracles/policy";
import { evaluationService } from "@/lib/rules/language/evaluation";
import { decideEvaluation } from "@/lib/rules/verdict/decide";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import { testRuleset } from "@/lib/testing/rules/ruleset";

/** The policy as a ruleset of ours, all rules on the workspace. */
export function ourRuleset(policy: AbstractPolicy): CompiledRuleset {
  return testRuleset(asRules(policy).map((rule) => ({ rule })));
}

/** Our verdict on an AuthZEN question. */
export function askOurs(ruleset: CompiledRuleset, request: AbstractRequest): boolean {
  const { subject, action, resource, context } = request;
  const ruling = decideEvaluation(ruleset, {
    credential: null,
    service: evaluationService,
    method: action,
    path: `thing/${resource.id}`,
    segments: [],
    address: null,
    evaluation: {
      subject: { type: "user", ...subject },
      action: { name: action, properties: {} },
      resource: { type: "thing", ...resource },
      context,
    },
  });
  return ruling.verdict === "allow";
}
