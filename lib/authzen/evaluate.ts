import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { presentJudged } from "@/lib/authzen/answer";
import { judgeSubject, recordJudged, type AskedHow, type Inquiry } from "@/lib/authzen/judge";
import { readAs } from "@/lib/authzen/read-body";
import { EvaluationRequest, type EvaluationAnswer } from "@/lib/authzen/schema";
import { resolveSubject, type SubjectScope } from "@/lib/authzen/subjects/resolve";
import { refuseUnrecorded } from "@/lib/events/record";
import { currentRuleset } from "@/lib/rules/current";

/**
 * One access evaluation of OpenID AuthZEN Authorization API 1.0 (section 6): judged by the workspace's rules, denied by
 * default, recorded with source `authzen`. Needs `verify:keys`; a caller bound to a customer knows that customer and
 * its keys only. Synchronous while ruleset and subject are remembered. Throws `forbidden`, `bad-request`, `unavailable`.
 */
export function evaluate(
  actor: Actor,
  sent: unknown,
  how: AskedHow,
): EvaluationAnswer | Promise<EvaluationAnswer> {
  requireScope(actor, "verify:keys");
  refuseUnrecorded();
  const request = readAs(EvaluationRequest, sent);
  const ruleset = currentRuleset(actor.workspaceId);
  const subject = resolveSubject(subjectScope(actor), request.subject.id);
  if (ruleset instanceof Promise || subject instanceof Promise)
    return Promise.all([ruleset, subject]).then(([rules, who]) =>
      conclude({ actor, ruleset: rules, subject: who, request, how }),
    );
  return conclude({ actor, ruleset, subject, request, how });
}

function conclude(inquiry: Inquiry): EvaluationAnswer {
  const judged = judgeSubject(inquiry);
  recordJudged([judged], inquiry.how);
  return presentJudged(judged);
}

/** Whom the caller may ask about. */
export function subjectScope(actor: Actor): SubjectScope {
  return { workspaceId: actor.workspaceId, customerId: customerOf(actor) };
}
