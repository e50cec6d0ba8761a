import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { presentItemError, presentJudged } from "@/lib/authzen/answer";
import { judgeOne, subjectScope } from "@/lib/authzen/evaluate";
import { judgeSubject, recordJudged, type AskedHow, type Judged } from "@/lib/authzen/judge";
import { readAs } from "@/lib/authzen/read-body";
import {
  EvaluationRequest,
  EvaluationsRequest,
  type EvaluationAnswer,
  type EvaluationsAnswer,
  type EvaluationsSemantic,
} from "@/lib/authzen/schema";
import { resolveSubject, unknownSubject, type ResolvedSubject } from "@/lib/authzen/subjects/resolve";
import { refuseUnrecorded } from "@/lib/events/recording/record";
import { currentRuleset } from "@/lib/rules/current";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** A batch, read: each item with its defaults, or why it cannot be judged. */
interface Batch {
  actor: Actor;
  items: (EvaluationRequest | Problem)[];
  semantic: EvaluationsSemantic;
}

/** Who the subjects of a batch are, by id. */
type Subjects = ReadonlyMap<string, ResolvedSubject>;

/**
 * Several evaluations at once (section 7), all by one ruleset, each answered and recorded as it would be by itself. An
 * item that cannot be judged is denied with its error in its own context. Without any it is one evaluation.
 */
export function evaluateAll(
  actor: Actor,
  sent: unknown,
  how: AskedHow,
): EvaluationAnswer | EvaluationsAnswer | Promise<EvaluationAnswer | EvaluationsAnswer> {
  requireScope(actor, "verify:keys");
  refuseUnrecorded();
  const { evaluations = [], options, ...defaults } = readAs(EvaluationsRequest, sent);
  if (evaluations.length === 0) return judgeOne(actor, sent, { ...how, carried: { roleCheck: null } });
  const items = evaluations.map((item) => readItem(item, defaults));
  const batch: Batch = { actor, items, semantic: options?.evaluations_semantic ?? "execute_all" };
  const ruleset = currentRuleset(actor.workspaceId);
  const subjects = subjectsOf(batch);
  if (ruleset instanceof Promise || subjects instanceof Promise)
    return Promise.all([ruleset, subjects]).then(([rules, known]) =>
      answer(batch, { ruleset: rules, subjects: known, how }),
    );
  return answer(batch, { ruleset, subjects, how });
}

/** A key of an item takes the place of the default whole; they are not merged (section 7.1.1). */
function readItem(item: unknown, defaults: object): EvaluationRequest | Problem {
  try {
    const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
    return readAs(EvaluationRequest, isObject ? { ...defaults, ...item } : item);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** All subjects before the first verdict, so that no item waits between two others. */
function subjectsOf({ actor, items }: Batch): Subjects | Promise<Subjects> {
  const scope = subjectScope(actor);
  const known = new Map<string, ResolvedSubject>();
  const cold = new Map<string, Promise<ResolvedSubject>>();
  for (const item of items) {
    if (item instanceof Problem || known.has(item.subject.id) || cold.has(item.subject.id)) continue;
    const subject = resolveSubject(scope, item.subject.id);
    if (subject instanceof Promise) cold.set(item.subject.id, subject);
    else known.set(item.subject.id, subject);
  }
  if (cold.size === 0) return known;
  return Promise.all([...cold].map(async ([id, subject]) => known.set(id, await subject))).then(() => known);
}

function answer(
  { actor, items, semantic }: Batch,
  { ruleset, subjects, how }: { ruleset: CompiledRuleset; subjects: Subjects; how: AskedHow },
): EvaluationsAnswer {
  const evaluations: EvaluationAnswer[] = [];
  const judged: Judged[] = [];
  for (const request of items) {
    const answered = answerItem(request);
    evaluations.push(answered);
    if (semantic === "deny_on_first_deny" && !answered.decision) break;
    if (semantic === "permit_on_first_permit" && answered.decision) break;
  }
  recordJudged(judged, how);
  return { evaluations };

  function answerItem(request: EvaluationRequest | Problem): EvaluationAnswer {
    if (request instanceof Problem) return presentItemError(request);
    const subject = subjects.get(request.subject.id) ?? unknownSubject;
    const one = judgeSubject({ actor, ruleset, subject, request, how });
    judged.push(one);
    return presentJudged(one);
  }
}
