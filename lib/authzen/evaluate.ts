import { customerOf, requireScopeOfDecision, type Actor } from "@/lib/api/actor";
import { presentJudged } from "@/lib/authzen/answer";
import { judgeSubject, recordJudged, type AskedHow, type Inquiry } from "@/lib/authzen/judge";
import { readAs } from "@/lib/authzen/read-body";
import { EvaluationRequest, type EvaluationAnswer } from "@/lib/authzen/schema";
import { resolveSubject, type SubjectScope } from "@/lib/authzen/subjects/resolve";
import { refuseUnrecorded } from "@/lib/events/recording/record";
import type { RoleCheck } from "@/lib/events/schema";
import { currentRuleset } from "@/lib/rules/current";
import { tellCarried } from "@/lib/scopes/role-check";

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
  const carried = { roleCheck: requireScopeOfDecision(actor, "verify:keys") };
  const withoutDecision = (error: unknown): never => {
    if (carried.roleCheck !== null && actor.kind === "key") tellCarried(actor, carried.roleCheck);
    throw error;
  };
  try {
    const answer = judgeOne(actor, sent, { ...how, carried });
    return answer instanceof Promise ? answer.catch(withoutDecision) : answer;
  } catch (error) {
    return withoutDecision(error);
  }
}

/** {@link AskedHow}, with the check that the decision is to carry. */
interface CarriedHow extends AskedHow {
  carried: { roleCheck: RoleCheck | null };
}

/** One evaluation of a caller that may ask. */
export function judgeOne(
  actor: Actor,
  sent: unknown,
  how: CarriedHow,
): EvaluationAnswer | Promise<EvaluationAnswer> {
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

function conclude({ how, ...inquiry }: Inquiry & { how: CarriedHow }): EvaluationAnswer {
  const judged = judgeSubject({ ...inquiry, how });
  if (how.carried.roleCheck !== null) judged.record.roleCheck = how.carried.roleCheck;
  how.carried.roleCheck = null;
  recordJudged([judged], how);
  return presentJudged(judged);
}

/** Whom the caller may ask about. */
export function subjectScope(actor: Actor): SubjectScope {
  return { workspaceId: actor.workspaceId, customerId: customerOf(actor) };
}
