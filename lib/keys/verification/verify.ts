import { customerOf, requireScopeOfDecision, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { newId } from "@/lib/db/id";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import { recordedCredential } from "@/lib/events/recorded-credential";
import { recordOrRefuse, refuseUnrecorded, takeDecision } from "@/lib/events/recording/record";
import type { DecisionRecord, RoleCheck } from "@/lib/events/schema";
import { refusals } from "@/lib/gateway/canonical";
import { readDescribed, type ReadRequest, servedRequest } from "@/lib/gateway/question/described";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import { isAllowedOrigin } from "@/lib/keys/verification/allowed-origin";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import type { VerifyAnswer, VerifyCode, VerifyRequest } from "@/lib/keys/verification/schema";
import { answerOf, type Verification } from "@/lib/keys/verification/verify-answer";
import { scopeTest } from "@/lib/keys/verification/scope-expression";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { consumeLimits } from "@/lib/limits/consume";
import { outageReason, type LimitOutcome } from "@/lib/limits/outcome";
import { currentRuleset } from "@/lib/rules/current";
import { decide, type Ruling } from "@/lib/rules/verdict/decide";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import { holds } from "@/lib/scopes/grant";
import { tellCarried } from "@/lib/scopes/role-check";
import type { CompiledService } from "@/lib/services/schema";

/** The request that asks: its id, and `performance.now()` when it came in. */
export interface VerifyContext {
  requestId: string;
  startedAt: number;
  /** The request's id was made by `newId("req")`, and the answer leaves with this turn of the event loop if it is there at once. */
  leavesWithTurn?: true;
}

/** What is gathered on the way to an answer. */
interface Inquiry<Shown> {
  show: (verification: Verification) => Shown;
  actor: Actor;
  input: VerifyRequest;
  context: VerifyContext;
  /** As described, where rules are judged. */
  read: ReadRequest | null;
  call: { method: string; path: string };
  authenticatedAt: number;
  service: CompiledService | null;
  rulesetVersion: number;
  ruling: Ruling | null;
  /** What the ruling was reached from, for replays. */
  kept: string | undefined;
  decideUs: number;
  /** Until a decision carries it. */
  roleCheck: RoleCheck | null;
}

/**
 * Says whether a presented key is good for what is asked, and records that. Needs `verify:keys`. Synchronous while
 * caller's knowledge is warm: secret, ruleset and in-process limits. A key of another workspace, or of another
 * customer for a caller bound to one, is NOT_FOUND. Limits are taken from last, so a refusal costs the key nothing.
 * Throws `forbidden`, `invalid` (expression, service, path), `unavailable` (too many first checks wait).
 */
export function verifyKey(
  actor: Actor,
  input: VerifyRequest,
  context: VerifyContext,
): VerifyAnswer | Promise<VerifyAnswer> {
  return verifyAndShow(actor, input, { ...context, show: answerOf });
}

/** {@link verifyKey}, its outcome handed to `show` instead of made an answer. */
export function verifyAndShow<Shown>(
  actor: Actor,
  input: VerifyRequest,
  context: VerifyContext & { show: (verification: Verification) => Shown },
): Shown | Promise<Shown> {
  const roleCheck = requireScopeOfDecision(actor, "verify:keys");
  const inquiry: Inquiry<Shown> = {
    show: context.show,
    actor,
    input,
    context,
    read: null,
    call: noCall,
    authenticatedAt: 0,
    service: null,
    rulesetVersion: 0,
    ruling: null,
    kept: undefined,
    decideUs: 0,
    roleCheck,
  };
  try {
    const shown = inquire(inquiry);
    return shown instanceof Promise
      ? shown.catch((error: unknown) => withoutDecision(inquiry, error))
      : shown;
  } catch (error) {
    return withoutDecision(inquiry, error);
  }
}

/** The check is recorded all the same. */
function withoutDecision({ actor, roleCheck }: Inquiry<unknown>, error: unknown): never {
  if (roleCheck !== null && actor.kind === "key") tellCarried(actor, roleCheck);
  throw error;
}

function inquire<Shown>(inquiry: Inquiry<Shown>): Shown | Promise<Shown> {
  const { actor, input } = inquiry;
  refuseUnrecorded();
  const read = input.service === undefined ? null : readCall(input);
  if (read !== null) {
    inquiry.read = read;
    inquiry.call = read.canonical;
  }
  const satisfied = scopesTest(input.scopes);
  return then(authenticateSecret(input.key, { address: null }), (authentication) => {
    inquiry.authenticatedAt = performance.now();
    const key = ownKey(actor, authentication);
    const code =
      key === null ? unknownCode(authentication) : keyCode(authentication, key, { input, satisfied });
    if (key === null || code !== "VALID") return refuse(inquiry, key, code);
    return judgeAndTake(inquiry, key);
  });
}

/** A key that lacks a scope is who it says it is; every other refusal here is a failed authentication. */
function refuse<Shown>(inquiry: Inquiry<Shown>, key: VerifiedKey | null, code: VerifyCode): Shown {
  const { actor, input } = inquiry;
  if (code !== "INSUFFICIENT_SCOPE")
    noteFailedAuthentication({
      via: "verify",
      reason: code,
      address: input.ip ?? actor.address,
      value: input.key,
      key,
      workspaceId: actor.workspaceId,
    });
  return conclude(inquiry, key, { code });
}

/** Rules if a service is named, then limits. */
function judgeAndTake<Shown>(inquiry: Inquiry<Shown>, key: VerifiedKey): Shown | Promise<Shown> {
  if (inquiry.input.service === undefined) return take(inquiry, key);
  return then(currentRuleset(inquiry.actor.workspaceId), (ruleset) => {
    if (inquiry.read !== null) judge(inquiry, key, { read: inquiry.read, ruleset });
    return inquiry.ruling?.verdict === "allow"
      ? take(inquiry, key)
      : conclude(inquiry, key, { code: "DENIED" });
  });
}

function judge(
  inquiry: Inquiry<unknown>,
  key: VerifiedKey,
  { read, ruleset }: { read: ReadRequest; ruleset: CompiledRuleset },
): void {
  const service = serviceNamed(ruleset, inquiry.input.service ?? "");
  const startedAt = performance.now();
  inquiry.service = service;
  inquiry.rulesetVersion = ruleset.version;
  const request = servedRequest(read, service.paths);
  if ("refused" in request) throw invalidField("path", refusals[request.refused]);
  const question = { ...request, credential: key, service, address: inquiry.input.ip ?? null };
  inquiry.ruling = decide(ruleset, question);
  inquiry.decideUs = (performance.now() - startedAt) * 1_000;
  inquiry.kept = decisionInput(question);
}

function take<Shown>(inquiry: Inquiry<Shown>, key: VerifiedKey): Shown | Promise<Shown> {
  return then(consumeLimits(key, inquiry.input.cost), (outcome) =>
    conclude(inquiry, key, { code: outcome.ok ? "VALID" : outcome.code, outcome }),
  );
}

/** The key, if the caller may know that it exists. */
function ownKey(actor: Actor, { key }: Authentication): VerifiedKey | null {
  if (key === null || key.workspaceId !== actor.workspaceId) return null;
  const customerId = customerOf(actor);
  return customerId === null || key.customer?.id === customerId ? key : null;
}

function unknownCode(authentication: Authentication): VerifyCode {
  if (authentication.ok || authentication.key !== null || authentication.code === "NOT_FOUND")
    return "NOT_FOUND";
  if (authentication.code !== "BUSY") return authentication.code;
  throw new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 2 });
}

function keyCode(
  authentication: Authentication,
  key: VerifiedKey,
  { input, satisfied }: { input: VerifyRequest; satisfied: (held: readonly string[]) => boolean },
): VerifyCode {
  if (!authentication.ok && authentication.code !== "BUSY") return authentication.code;
  if (!isAllowedAddress(key.allowedIps, input.ip ?? null)) return "IP_FORBIDDEN";
  if (!isAllowedOrigin(key.allowedOrigins, originOf(input))) return "ORIGIN_FORBIDDEN";
  return satisfied(key.scopes) ? "VALID" : "INSUFFICIENT_SCOPE";
}

/** Named apart, or among the call's headers. */
function originOf({ origin, headers = {} }: VerifyRequest): string | undefined {
  if (origin !== undefined) return origin;
  const [, sent] = Object.entries(headers).find(([name]) => name.toLowerCase() === "origin") ?? [];
  return sent?.toString();
}

const nothingRequired = () => true;

function scopesTest(scopes: VerifyRequest["scopes"]): (held: readonly string[]) => boolean {
  if (scopes === undefined) return nothingRequired;
  if (typeof scopes === "string") return scopeTest(scopes);
  return (held) => scopes.every((scope) => holds(held, scope));
}

/** Without a service it is the verification itself that is recorded. */
const noCall = { method: "POST", path: "/keys/verify" };

/** The call that is asked about, in canonical form. */
function readCall({ method = "GET", path = "/", headers, query, body }: VerifyRequest): ReadRequest {
  const read = readDescribed({ method: method.toUpperCase(), path, headers, query, body });
  if (!("refused" in read)) return read;
  throw invalidField(read.refused === "METHOD" ? "method" : "path", refusals[read.refused]);
}

function serviceNamed(ruleset: CompiledRuleset, name: string): CompiledService {
  const service = ruleset.services.get(name) ?? [...ruleset.services.values()].find(({ id }) => id === name);
  if (service === undefined) throw invalidField("service", "there is no such service");
  return service;
}

function invalidField(path: string, message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path, message }] });
}

/** The verification, recorded. */
function conclude<Shown>(
  inquiry: Inquiry<Shown>,
  key: VerifiedKey | null,
  { code, outcome }: { code: VerifyCode; outcome?: LimitOutcome },
): Shown {
  const { context } = inquiry;
  const reason = outcome === undefined ? code : (outageReason(outcome) ?? code);
  const record = recordOf(inquiry, key, { code, reason });
  if (context.leavesWithTurn) takeDecision(record);
  else recordOrRefuse(record);
  return inquiry.show({ key, code, outcome, decision: record.id, requestId: context.requestId });
}

function recordOf(
  inquiry: Inquiry<unknown>,
  key: VerifiedKey | null,
  { code, reason }: { code: VerifyCode; reason: string },
): DecisionRecord {
  const { actor, input, context, call, service, ruling } = inquiry;
  const record: DecisionRecord = {
    // Made here, a request's id says when and is random already; its record takes the same.
    id: context.leavesWithTurn ? `evt_${context.requestId.slice(4)}` : newId("evt"),
    phase: "whole",
    atMs: Date.now(),
    workspaceId: actor.workspaceId,
    source: "verify",
    rulesetVersion: inquiry.rulesetVersion,
    credential: key === null ? null : recordedCredential(key),
    service: service === null ? null : { id: service.id, slug: service.slug },
    method: call.method,
    path: call.path,
    route: ruling?.route ?? null,
    address: input.ip ?? actor.address,
    userAgent: null,
    verdict:
      code === "VALID" ? "allow" : code === "RATE_LIMITED" || code === "QUOTA_EXCEEDED" ? "limited" : "deny",
    rules: ruling?.rules ?? [],
    reason,
    shadow: ruling?.shadow ?? null,
    status: 200,
    requestBytes: 0,
    responseBytes: 0,
    authenticateUs: (inquiry.authenticatedAt - context.startedAt) * 1_000,
    decideUs: inquiry.decideUs,
    totalUs: (performance.now() - context.startedAt) * 1_000,
    upstreamUs: null,
    traceId: null,
    count: 1,
    cost: input.cost,
  };
  if (inquiry.kept !== undefined) record.input = inquiry.kept;
  if (inquiry.roleCheck !== null) record.roleCheck = inquiry.roleCheck;
  inquiry.roleCheck = null;
  return record;
}

/** Goes on at once with what is there, and later with what is promised. */
function then<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
