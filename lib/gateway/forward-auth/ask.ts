import type { IncomingMessage } from "node:http";
import { Problem } from "@/lib/api/problem";
import { type Call, peerOf, startCall } from "@/lib/gateway/call";
import { canonicalRequest, refuse } from "@/lib/gateway/canonical";
import { admitProxy } from "@/lib/gateway/forward-auth/proxies/admit-proxy";
import { allowed, type ForwardAuthAnswer, refused } from "@/lib/gateway/forward-auth/answer";
import { isListed, originalAddress } from "@/lib/gateway/forward-auth/proxies/believed";
import { type Original, readOriginal } from "@/lib/gateway/forward-auth/proxies/original";
import { readTarget, type Target } from "@/lib/gateway/forward-auth/target";
import { type Admission, judge } from "@/lib/gateway/judge";
import { type GatewayPorts, type Soon, whenThere } from "@/lib/gateway/ports";
import { type BodySource, hasBody } from "@/lib/gateway/credential/presented";
import type { CompiledService } from "@/lib/services/schema";

/** A proxy's question. */
export interface ForwardAuthQuestion {
  /** The proxy's own request, which carries its caller's headers. */
  request: IncomingMessage;
  /** Null where a body cannot be had. */
  response: BodySource["response"];
  ports: GatewayPorts;
}

const unread = refuse("TARGET_FORM", "");
const noHeaders: Call["headers"] = [];

/**
 * Judges the request that a proxy asks about as the gateway would: who asks, canonical form, credential, address,
 * required scopes, rules, limits. Synchronous while everything is warm and no body is read. Never throws or rejects.
 */
export function askForwardAuth(question: ForwardAuthQuestion): Soon<ForwardAuthAnswer> {
  const { request, ports } = question;
  const call = startCall({
    source: "forward-auth",
    request,
    sent: { method: "", target: "" },
    headers: noHeaders,
    canonical: unread,
    peer: peerOf(request, ports),
    address: null,
    startedMs: performance.now(),
  });
  let target: Target | null = null;
  try {
    target = readTarget(request.url ?? "");
    const asked = { ...question, call, target };
    const admission = judgeAsked(asked);
    if (!(admission instanceof Promise)) return allowed(call, admission);
    return admission
      .then((late) => allowed(call, late))
      .catch((error: unknown) => refused(error, { call, target, ports }));
  } catch (error) {
    return refused(error, { call, target, ports });
  }
}

interface Asked extends ForwardAuthQuestion {
  call: Call;
  target: Target;
}

function judgeAsked(asked: Asked): Soon<Admission> {
  const { call, target, request, ports } = asked;
  return whenThere(ports.rulesetBySlug(target.workspace), (ruleset) => {
    const service = ruleset?.services.get(target.service);
    const { rawHeaders, method = "GET" } = request;
    const asking = { ruleset, service, peer: call.peer, method, rawHeaders, ports };
    return whenThere(admitProxy(asking), ({ service: known, roleCheck }) => {
      call.ruleset = ruleset;
      call.service = known;
      call.roleCheck = roleCheck;
      takeOriginal(known, asked);
      return judge({ call, ports, source: { request, response: asked.response, mayWithhold: true } });
    });
  });
}

/** Puts the original request into the call, in place of the proxy's. Throws where it is not told as it must be. */
function takeOriginal(service: CompiledService, { call, target, request, ports }: Asked): void {
  const { forwardAuth } = service;
  // nginx sends no body with its question; a length without one would swallow the next question on the connection.
  if (forwardAuth.dialect === "nginx" && hasBody(request))
    throw proxyProblem(call, "The proxy must send neither body nor Content-Length.");
  const original = originalOf(service, call);
  const { method, uri, headers } = original;
  call.sent = { method, target: uri };
  call.headers = headers;
  call.address = originalAddress(
    original.forwardedFor,
    (address) => isListed(forwardAuth, address) || ports.isTrustedProxy(address),
  );
  const mount = `/${target.workspace}/${target.service}`;
  if (!uri.startsWith("/")) call.canonical = refuse("TARGET_FORM", mount);
  else {
    refuseEmptySegments(uri, call);
    call.canonical = canonicalRequest({ method, target: mount + uri, httpVersion: "1.1", headers });
  }
}

function originalOf({ forwardAuth }: CompiledService, call: Call): Original {
  try {
    return readOriginal(forwardAuth.dialect, call.request.rawHeaders);
  } catch (error) {
    call.reason = "PROXY_HEADERS";
    throw error;
  }
}

function proxyProblem(call: Call, sentence: string): Problem {
  call.reason = "PROXY_HEADERS";
  return new Problem("bad-request", sentence, { members: { code: "PROXY_HEADERS" } });
}

/** The gateway merges slashes before it forwards; a proxy forwards them, and some upstreams read `//admin/x` as a host. */
function refuseEmptySegments(uri: string, call: Call): void {
  const doubled = uri.indexOf("//");
  if (doubled < 0) return;
  const question = uri.indexOf("?");
  if (question >= 0 && question < doubled) return;
  call.reason = "NOT_CANONICAL";
  throw new Problem("bad-request", "The path cannot hold empty segments.", {
    members: { code: "EMPTY_SEGMENT" },
  });
}
