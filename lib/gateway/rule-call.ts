import { Problem } from "@/lib/api/problem";
import type { Call } from "@/lib/gateway/call";
import { type CanonicalRequest, refusals } from "@/lib/gateway/canonical";
import type { BodySource, Presented } from "@/lib/gateway/credential/presented";
import { type GatewayPorts, type Soon, whenThere } from "@/lib/gateway/ports";
import { askedHead } from "@/lib/gateway/question/head";
import { readBodyForRules } from "@/lib/gateway/question/read-body";
import type { Ruling } from "@/lib/rules/verdict/decide";
import type { Question, QuestionBody } from "@/lib/rules/language/question";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import { type CompiledRuleset, readsBody } from "@/lib/rules/verdict/ruleset";
import type { CompiledService } from "@/lib/services/schema";

/** A call that is up to the rules. */
export interface RuledCall {
  call: Call;
  ports: GatewayPorts;
  source: BodySource;
  ruleset: CompiledRuleset;
  service: CompiledService;
  canonical: CanonicalRequest;
  presented: Presented;
}

/**
 * Asks the rules, with the body where one of them reads it, and writes the ruling into the call. Answers what is known
 * of the request now. Throws the {@link Problem} to answer with.
 */
export function ruleCall(ruled: RuledCall): Soon<Presented> {
  const { call, ruleset, service, presented } = ruled;
  if (!readsBody(ruleset, service.id, call.key?.keyId)) {
    ask(ruled, undefined);
    return presented;
  }
  return whenThere(readBodyForRules(presented, ruled), ({ presented: known, body }) => {
    ask(ruled, body);
    return known;
  });
}

function ask(ruled: RuledCall, body: QuestionBody | undefined): void {
  const { call, ports, ruleset, service, canonical, presented } = ruled;
  const startedMs = performance.now();
  const { method, path, segments, rewritten, host, query } = canonical;
  const kept = { dropsAuthorization: presented.inAuthorization, bodyChanged: presented.bodyChanged };
  const head = askedHead({ headers: call.headers, host, query, kept });
  const question: Question = {
    credential: call.key,
    service,
    method,
    path,
    segments,
    rewritten,
    address: call.address,
    headers: head.headers,
    query: head.query,
    body,
  };
  const ruling = ports.decide(ruleset, question);
  call.decideMs = performance.now() - startedMs;
  call.ruling = ruling;
  if (head.queryIsUnclear) throw unclearQuery(call);
  const input = decisionInput(question);
  // Keeping the query reads it. What a rule would make of an unclear one is not known, so nothing is kept.
  call.input = head.queryIsUnclear ? undefined : input;
  if (ruling.verdict === "deny") throw refusalOf(ruling, ruled);
}

/** Whatever a rule made of such a query, the upstream may read another one. */
function unclearQuery(call: Call): Problem {
  call.reason = "QUERY_UNCLEAR";
  return new Problem("bad-request", `A rule of this service reads the query. ${refusals.QUERY_UNCLEAR}`, {
    members: { decision: call.decisionId, code: "QUERY_UNCLEAR" },
  });
}

/** The answer to a call that the rules or the service itself refuse. */
function refusalOf(ruling: Ruling, { call, service }: RuledCall): Problem {
  const decision = call.decisionId;
  const { reason, requiredScopes = [] } = ruling;
  if (reason === "METHOD_NOT_ALLOWED") {
    const allow = service.methods.includes("GET")
      ? [...new Set([...service.methods, "HEAD"])]
      : service.methods;
    return new Problem("method-not-allowed", `This service takes ${allow.join(", ")}.`, {
      allow,
      members: { decision, code: reason },
    });
  }
  if (reason !== "SCOPE_REQUIRED")
    return new Problem(
      "forbidden",
      ruling.publicReason ?? "The rules of this service do not allow this call.",
      {
        members: { decision },
      },
    );
  const members = { decision, code: reason, requiredScopes };
  return call.key === null
    ? new Problem("unauthorized", `This call needs a key that holds ${requiredScopes.join(", ")}.`, {
        members,
      })
    : new Problem("forbidden", `This key lacks ${requiredScopes.join(", ")}, which this call needs.`, {
        members,
      });
}
