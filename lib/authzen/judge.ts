import type { Actor } from "@/lib/api/actor";
import type { EvaluationRequest } from "@/lib/authzen/schema";
import type { ResolvedSubject } from "@/lib/authzen/subjects/resolve";
import { newId } from "@/lib/db/id";
import { recordedCredential } from "@/lib/events/recorded-credential";
import { recordOrRefuse, takeDecision } from "@/lib/events/recording/record";
import type { DecisionRecord } from "@/lib/events/schema";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { decideEvaluation, type Ruling } from "@/lib/rules/verdict/decide";
import { evaluationQuestion } from "@/lib/rules/language/evaluation";
import type { Evaluation, Question } from "@/lib/rules/language/question";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** How the question came. */
export interface AskedHow {
  /** `performance.now()` when it came in. */
  startedAt: number;
  /** Its answer leaves with this turn of the event loop if it is there at once. */
  leavesWithTurn: boolean;
}

/** All that a verdict rests on. */
export interface Inquiry {
  actor: Actor;
  ruleset: CompiledRuleset;
  subject: ResolvedSubject;
  request: EvaluationRequest;
  how: AskedHow;
}

/** A verdict and the record of it. */
export interface Judged {
  record: DecisionRecord;
  ruling: Ruling;
}

/** Characters of a record's method and path. */
const methodMax = 64;
const pathMax = 2_048;

/** Judges one evaluation. A key or customer that is no longer good is denied before any rule. */
export function judgeSubject({ actor, ruleset, subject, request, how }: Inquiry): Judged {
  const resolvedAt = performance.now();
  const question = questionOf(request, subject);
  const ruling = subject.refusal === null ? decideEvaluation(ruleset, question) : refused(subject.refusal);
  const decidedAt = performance.now();
  const { method, path } = question;
  const input = decisionInput(question);
  const record: DecisionRecord = {
    id: newId("evt"),
    phase: "whole",
    atMs: Date.now(),
    workspaceId: actor.workspaceId,
    source: "authzen",
    rulesetVersion: ruleset.version,
    credential: subject.key === null ? null : credentialOf(subject.key),
    service: null,
    method: method.slice(0, methodMax),
    path: path.slice(0, pathMax),
    route: null,
    address: actor.address,
    userAgent: null,
    verdict: ruling.verdict,
    rules: ruling.rules,
    reason: ruling.reason,
    shadow: ruling.shadow,
    status: 200,
    requestBytes: 0,
    responseBytes: 0,
    authenticateUs: (resolvedAt - how.startedAt) * 1_000,
    decideUs: (decidedAt - resolvedAt) * 1_000,
    totalUs: (decidedAt - how.startedAt) * 1_000,
    upstreamUs: null,
    traceId: null,
    count: 1,
    cost: 0,
    ...(input === undefined ? {} : { input }),
  };
  return { record, ruling };
}

/** Records verdicts whose answer leaves next. Throws `unavailable` in its place while the disk refuses them. */
export function recordJudged(judged: readonly Judged[], { leavesWithTurn }: AskedHow): void {
  for (const [index, { record }] of judged.entries())
    if (leavesWithTurn || index < judged.length - 1) takeDecision(record);
    else recordOrRefuse(record);
}

const none = {};

/** The question as rules see it: what is stored of the subject lies over what was supplied. */
function questionOf(
  { subject, action, resource, context }: EvaluationRequest,
  { key, attributes }: ResolvedSubject,
): Question {
  const supplied = subject.properties;
  const evaluation: Evaluation = {
    subject: {
      type: subject.type,
      id: subject.id,
      properties: supplied === undefined ? attributes : { ...supplied, ...attributes },
    },
    action: { name: action.name, properties: action.properties ?? none },
    resource: { type: resource.type, id: resource.id, properties: resource.properties ?? none },
    context: context ?? none,
  };
  return evaluationQuestion(evaluation, key);
}

function refused(reason: string): Ruling {
  return { verdict: "deny", rules: [], route: null, reason, shadow: null };
}

const credentials = new WeakMap<VerifiedKey, NonNullable<DecisionRecord["credential"]>>();

function credentialOf(key: VerifiedKey): NonNullable<DecisionRecord["credential"]> {
  const known = credentials.get(key);
  if (known !== undefined) return known;
  const made = recordedCredential(key);
  credentials.set(key, made);
  return made;
}
