import { customerOf, requireScope, requireScopeOfDecision, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { newId } from "@/lib/db/id";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import { recordedCredential } from "@/lib/events/recorded-credential";
import { recordOrRefuse, refuseUnrecorded } from "@/lib/events/recording/record";
import type { DecisionRecord, RoleCheck } from "@/lib/events/schema";
import { refusals } from "@/lib/gateway/canonical";
import { readDescribed, servedRequest } from "@/lib/gateway/question/described";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import { isAllowedOrigin } from "@/lib/keys/verification/allowed-origin";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { invalidField, keyNamed, serviceNamed } from "@/lib/rules/ask/named";
import type { Authorize, Authorized } from "@/lib/rules/ask/schema";
import { presentTrace } from "@/lib/rules/ask/trace";
import { currentRuleset } from "@/lib/rules/current";
import { decide, type Ruling } from "@/lib/rules/verdict/decide";
import { explain } from "@/lib/rules/verdict/explain";
import type { Question } from "@/lib/rules/language/question";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import { tellCarried } from "@/lib/scopes/role-check";

/** Whose call it is, and the code that refuses it before any rule, if one does. */
interface Caller {
  key: VerifiedKey | null;
  refusal: string | null;
}

/**
 * Decides a call as the gateway would, without forwarding it or taking from limits, and records that with source
 * `authorize`. Needs `verify:keys`, and `read:rules` to explain. A caller bound to a customer asks for that customer's
 * keys only. Throws `invalid` (service, path, credential) or `unavailable`.
 */
export async function authorize(actor: Actor, asked: Authorize): Promise<Authorized> {
  const carried = { roleCheck: requireScopeOfDecision(actor, "verify:keys") };
  try {
    return await decideAsked(actor, asked, carried);
  } catch (error) {
    if (carried.roleCheck !== null && actor.kind === "key") tellCarried(actor, carried.roleCheck);
    throw error;
  }
}

async function decideAsked(
  actor: Actor,
  asked: Authorize,
  carried: { roleCheck: RoleCheck | null },
): Promise<Authorized> {
  if (asked.explain) {
    requireScope(actor, "read:rules");
    requireProvider(actor);
  }
  refuseUnrecorded();
  const startedAt = performance.now();
  const read = readDescribed(asked);
  if ("refused" in read) throw invalidField("path", refusals[read.refused]);
  const ruleset = await currentRuleset(actor.workspaceId);
  const service = serviceNamed(ruleset, asked.service);
  const request = servedRequest(read, service.paths);
  if ("refused" in request) throw invalidField("path", refusals[request.refused]);
  const caller = await callerOf(actor, asked);
  const authenticatedAt = performance.now();
  if (caller.refusal !== null && asked.key !== undefined)
    noteFailedAuthentication({
      via: "authorize",
      reason: caller.refusal,
      address: asked.ip ?? actor.address,
      value: asked.key,
      key: caller.key,
      workspaceId: actor.workspaceId,
    });
  const question: Question = {
    ...request,
    credential: caller.key,
    service,
    address: asked.ip ?? null,
  };
  const ruling = caller.refusal === null ? decide(ruleset, question) : refusedRuling(caller.refusal);
  const decidedAt = performance.now();
  const record = recordOf({ actor, question, key: caller.key, ruling, rulesetVersion: ruleset.version });
  record.authenticateUs = Math.round((authenticatedAt - startedAt) * 1_000);
  record.decideUs = Math.round((decidedAt - authenticatedAt) * 1_000);
  record.totalUs = Math.round((performance.now() - startedAt) * 1_000);
  if (carried.roleCheck !== null) record.roleCheck = carried.roleCheck;
  carried.roleCheck = null;
  recordOrRefuse(record);
  const answer = present(record, ruling);
  return asked.explain ? { ...answer, trace: presentTrace(ruleset, explain(ruleset, question)) } : answer;
}

function refusedRuling(reason: string): Ruling {
  return { verdict: "deny", rules: [], route: null, reason, shadow: null };
}

async function callerOf(actor: Actor, asked: Authorize): Promise<Caller> {
  const { key: value, credential } = asked;
  if (credential !== undefined) {
    const { key, revoked, disabled, stopsAtMs } = await keyNamed(actor, credential);
    const refusal = revoked ? "REVOKED" : disabled ? "DISABLED" : stopsAtMs <= Date.now() ? "EXPIRED" : null;
    return { key, refusal: refusal ?? placeRefusal(key, asked) };
  }
  if (value === undefined) return { key: null, refusal: null };
  const found = await authenticateSecret(value);
  if (!found.ok && found.code === "BUSY")
    throw new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 2 });
  const { key } = found;
  if (key === null) return { key, refusal: found.ok ? null : found.code };
  const customerId = customerOf(actor);
  if (key.workspaceId !== actor.workspaceId || (customerId !== null && key.customer?.id !== customerId))
    return { key: null, refusal: "NOT_FOUND" };
  return { key, refusal: found.ok ? placeRefusal(key, asked) : found.code };
}

/** Whether the key may be used from where the call came: its address, and the page that a browser names. */
function placeRefusal(key: VerifiedKey, { ip, headers = {} }: Authorize): string | null {
  if (!isAllowedAddress(key.allowedIps, ip ?? null)) return "IP_FORBIDDEN";
  const [, origin] = Object.entries(headers).find(([name]) => name.toLowerCase() === "origin") ?? [];
  return isAllowedOrigin(key.allowedOrigins, origin?.toString()) ? null : "ORIGIN_FORBIDDEN";
}

function recordOf({
  actor,
  question,
  key,
  ruling,
  rulesetVersion,
}: {
  actor: Actor;
  question: Question;
  key: VerifiedKey | null;
  ruling: Ruling;
  rulesetVersion: number;
}): DecisionRecord {
  const { service, method, path } = question;
  const input = decisionInput(question);
  return {
    id: newId("evt"),
    phase: "whole",
    atMs: performance.timeOrigin + performance.now(),
    workspaceId: actor.workspaceId,
    source: "authorize",
    rulesetVersion,
    credential: key === null ? null : recordedCredential(key),
    service: { id: service.id, slug: service.slug },
    method,
    path: path.slice(0, 2_048),
    route: ruling.route,
    address: question.address ?? actor.address,
    userAgent: null,
    verdict: ruling.verdict,
    rules: ruling.rules,
    reason: ruling.reason,
    shadow: ruling.shadow,
    status: 200,
    requestBytes: 0,
    responseBytes: 0,
    authenticateUs: 0,
    decideUs: 0,
    totalUs: 0,
    upstreamUs: null,
    traceId: null,
    count: 1,
    ...(input === undefined ? {} : { input }),
  };
}

function present(record: DecisionRecord, { shadow, rules, verdict, publicReason }: Ruling): Authorized {
  const { credential } = record;
  return {
    id: record.id,
    at: new Date(record.atMs).toISOString(),
    source: record.source,
    rulesetVersion: record.rulesetVersion,
    credential:
      credential === null
        ? null
        : {
            id: credential.id,
            secretId: credential.secretId,
            name: credential.name,
            prefix: credential.prefix,
            customer: credential.customerId,
          },
    service: record.service?.slug ?? null,
    method: record.method,
    path: record.path,
    route: record.route,
    address: record.address,
    userAgent: record.userAgent,
    verdict,
    rules,
    reason: record.reason,
    shadow,
    publicReason: publicReason ?? null,
    status: record.status,
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
    latencyUs: {
      authenticate: record.authenticateUs,
      decide: record.decideUs,
      total: record.totalUs,
      upstream: null,
    },
    traceId: record.traceId,
    count: record.count,
  };
}
