import { Problem } from "@/lib/api/problem";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import type { Call } from "@/lib/gateway/call";
import { type CanonicalRequest, refusals } from "@/lib/gateway/canonical";
import {
  type BodySource,
  type Presented,
  presentedInBody,
  presentedInHead,
  presentedWhole,
} from "@/lib/gateway/credential/presented";
import { type GatewayPorts, type Soon, whenThere } from "@/lib/gateway/ports";
import { ruleCall } from "@/lib/gateway/rule-call";
import { servedPath } from "@/lib/gateway/served-path";
import { identifyByToken } from "@/lib/gateway/credential/token-caller";
import { isAllowedOrigin } from "@/lib/keys/verification/allowed-origin";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { outageReason, type LimitOutcome } from "@/lib/limits/outcome";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import { isSigned } from "@/lib/services/injection/inject";
import type { CompiledService } from "@/lib/services/schema";

/** A call that may go to its upstream, and how. */
export interface Admission {
  canonical: CanonicalRequest;
  service: CompiledService;
  presented: Presented;
  /** RateLimit and RateLimit-Policy of the key. */
  limits: Readonly<Record<string, string>>;
}

interface Judging {
  call: Call;
  ports: GatewayPorts;
  source: BodySource;
}

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;

/**
 * Canonical form, workspace, credential, service, address, verdict, limits: the order of every way in. Writes what it
 * learns into the call. Synchronous while everything is warm and no body has to be searched. Throws the {@link Problem}
 * to answer with.
 */
export function judge(judging: Judging): Soon<Admission> {
  const { call, ports } = judging;
  const { canonical } = call;
  const slug = canonical.workspace;
  if (slug === null || !slugPattern.test(slug))
    throw "refused" in canonical ? notCanonical(call) : nothingHere();
  return whenThere(ports.rulesetBySlug(slug), (ruleset) => {
    call.ruleset = ruleset;
    if ("refused" in canonical) throw notCanonical(call);
    if (ruleset === null) throw nothingHere();
    refuseUnrecorded(judging);
    return judgeIn(ruleset, canonical, judging);
  });
}

/** What cannot be recorded is not answered; that it was refused is not recorded either. */
function refuseUnrecorded({ call, ports }: Judging): void {
  const why = ports.recordingRefusal();
  if (why === null) return;
  call.recorded = true;
  throw new Problem("unavailable", why, { retryAfterSeconds: 5 });
}

function notCanonical(call: Call): Problem {
  const { canonical } = call;
  if (!("refused" in canonical)) return nothingHere();
  call.reason = "NOT_CANONICAL";
  return new Problem("bad-request", refusals[canonical.refused], { members: { code: canonical.refused } });
}

const nothingHere = () => new Problem("not-found", "There is no such workspace or service.");

function judgeIn(ruleset: CompiledRuleset, canonical: CanonicalRequest, judging: Judging): Soon<Admission> {
  const { call, ports } = judging;
  const service = canonical.service === null ? undefined : ruleset.services.get(canonical.service);
  call.service = service ?? null;
  return whenThere(identify(presentedInHead(call, canonical, ports), judging), (presented) => {
    if (service === undefined) {
      call.reason = "NO_SERVICE";
      throw nothingHere();
    }
    admitCaller(service, judging);
    const served = servedBy(service, canonical, call);
    const { source } = judging;
    const ruled = { call, ports, source, ruleset, service, canonical: served, presented };
    return whenThere(ruleCall(ruled), (known) =>
      whenThere(isSigned(service) ? presentedWhole(known, judging.source) : known, (sent) =>
        whenThere(consume(judging), (limits) => {
          call.verdict = "allow";
          return { canonical: served, service, presented: sent, limits };
        }),
      ),
    );
  });
}

/** The call as the service's path policy has it. Throws where that refuses it. */
function servedBy(service: CompiledService, canonical: CanonicalRequest, call: Call): CanonicalRequest {
  const served = servedPath(canonical, service.paths);
  if (!("refused" in served)) return served;
  const { refused } = served;
  call.reason = refused === "OUTSIDE_PREFIX" ? refused : "NOT_CANONICAL";
  const kind = refused === "OUTSIDE_PREFIX" ? "not-found" : "bad-request";
  throw new Problem(kind, refusals[refused], { members: { code: refused } });
}

/** Sets the call's caller: by a JWT of the workspace's issuers, else by a key in head or body. */
function identify(inHead: Presented, judging: Judging): Soon<Presented> {
  if (inHead.token === null) return identifyByKey(inHead, judging);
  return whenThere(
    identifyByToken(inHead, judging),
    (identified) => identified ?? identifyByKey(inHead, judging),
  );
}

function identifyByKey(inHead: Presented, judging: Judging): Soon<Presented> {
  const found = searchesBody(inHead, judging) ? presentedInBody(inHead, judging.source) : inHead;
  return whenThere(found, (presented) => authenticate(presented, judging));
}

/** Where the head holds none; hook.io's clients send their key in both, and no upstream may get it. */
function searchesBody({ value }: Presented, { call, ports }: Judging): boolean {
  return call.service !== null && (value === null || ports.hookio?.isClient(call) === true);
}

/** Sets the call's key, or throws. A value that turns out to be none of ours stays with the upstream if it stood in Authorization. */
function authenticate(presented: Presented, { call, ports }: Judging): Soon<Presented> {
  if (presented.value === null) return presented;
  const startedMs = performance.now();
  return whenThere(ports.authenticate(presented.value, { address: call.address }), (authentication) => {
    call.authenticateMs = performance.now() - startedMs;
    if (!authentication.ok && authentication.code === "MALFORMED" && presented.onlyInAuthorization) {
      call.reason = call.service?.visibility === "private" ? "MALFORMED" : null;
      if (call.reason !== null) noteFailed(call, presented.value);
      return { ...presented, value: null, onlyInAuthorization: false, inAuthorization: false };
    }
    call.key = keyOf(authentication, { call, value: presented.value });
    return presented;
  });
}

const credentialSentences = {
  MALFORMED: "This is not a key.",
  NOT_FOUND: "There is no such key here.",
  REVOKED: "This key was revoked.",
  EXPIRED: "This key has expired.",
  DISABLED: "This key is disabled.",
} as const;

/** A key of another workspace reads as one that does not exist. */
function keyOf(
  authentication: Authentication,
  { call, value }: { call: Call; value: string | null },
): VerifiedKey {
  const { key } = authentication;
  const foreign = key !== null && key.workspaceId !== call.ruleset?.workspace.id;
  if (authentication.ok && !foreign) return authentication.key;
  call.key = foreign ? null : key;
  const code = authentication.ok || foreign ? "NOT_FOUND" : authentication.code;
  call.reason = code;
  noteFailed(call, value);
  if (code === "BUSY")
    throw new Problem("unavailable", "Too many keys are being checked for the first time. Try again.", {
      retryAfterSeconds: 1,
    });
  throw new Problem("unauthorized", credentialSentences[code], { members: { code } });
}

/** For the audit trail; the value itself is kept nowhere. */
function noteFailed({ source, reason, address, key, ruleset }: Call, value: string | null): void {
  const workspaceId = ruleset?.workspace.id ?? null;
  noteFailedAuthentication({ via: source, reason: reason ?? "", address, value, key, workspaceId });
}

function admitCaller(service: CompiledService, { call, ports }: Judging): void {
  const { key } = call;
  if (key === null && service.visibility === "private") {
    call.reason ??= "NO_CREDENTIAL";
    throw new Problem(
      "unauthorized",
      "This service needs a key: send it as Authorization: Bearer or X-API-Key. Bodies are searched for one up to 1 MiB.",
      { members: { code: call.reason } },
    );
  }
  if (key === null) return;
  if (key.allowedIps.length > 0 && !ports.mayCallFrom(key, call.address))
    throw forbidden(call, "IP_FORBIDDEN", "This key may not be used from your address.");
  if (key.allowedOrigins.length > 0 && !isAllowedOrigin(key.allowedOrigins, call.request.headers.origin))
    throw forbidden(call, "ORIGIN_FORBIDDEN", "This key may not be used by this page's origin.");
  if (service.visibility === "private" && call.source === "gateway")
    ports.hookio?.requireInvocation(call, key);
}

function forbidden(call: Call, code: string, sentence: string): Problem {
  call.reason = code;
  noteFailed(call, null);
  return new Problem("forbidden", sentence, { members: { decision: call.decisionId, code } });
}

function consume({ call, ports }: Judging): Soon<Readonly<Record<string, string>>> {
  if (call.key === null) return noLimits;
  return whenThere(ports.consumeLimits(call.key, 1), (outcome) => {
    if (!outcome.ok) throw limited(outcome, call, ports);
    if (outcome.outage !== undefined) call.reason = outageReason(outcome);
    return outcome.states.length === 0 ? noLimits : ports.limitHeaders(outcome);
  });
}

const noLimits = {};

function limited(outcome: LimitOutcome & { ok: false }, call: Call, ports: GatewayPorts): Problem {
  call.verdict = "limited";
  call.reason = outageReason(outcome) ?? outcome.code;
  call.limitHeaders = ports.limitHeaders(outcome);
  const sentence =
    outcome.code === "RATE_LIMITED" ? "This key calls too often." : "This key's quota is used up.";
  return new Problem("rate-limited", sentence, {
    retryAfterSeconds: outcome.retryAfterSeconds,
    members: { decision: call.decisionId, code: outcome.code },
  });
}
