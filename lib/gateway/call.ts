import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { newId } from "@/lib/db/id";
import { recordedCredential } from "@/lib/events/recorded-credential";
import type { DecisionRecord, DecisionSource, RecordPhase, RoleCheck, Verdict } from "@/lib/events/schema";
import type { FailedAuthentication } from "@/lib/events/failures/failed-authentication";
import { canonicalRequest, type CanonicalRequest, type Refusal } from "@/lib/gateway/canonical";
import type { GatewayPorts } from "@/lib/gateway/ports";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import type { Ruling } from "@/lib/rules/verdict/decide";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import type { CompiledService } from "@/lib/services/schema";

/**
 * One request on its way through the gateway, or that a proxy asks about: what is known of it so far, for the verdict
 * and for its record.
 */
export interface Call {
  source: DecisionSource & FailedAuthentication["via"];
  /** As it came in; asked about by a proxy, the proxy's own request, which carries the caller's headers. */
  request: IncomingMessage;
  /** Method and target as the caller sent them. */
  sent: { method: string; target: string };
  /** Names in lower case, in order, doubles kept. */
  headers: readonly (readonly [name: string, value: string])[];
  canonical: CanonicalRequest | Refusal;
  decisionId: string;
  requestId: string;
  /** The other end of the connection. */
  peer: string | null;
  /** The client, as far as proxies can be believed. */
  address: string | null;
  /** By `performance.now()`. */
  startedMs: number;
  /** The time of day, in milliseconds since 1970. */
  atMs: number;
  ruleset: CompiledRuleset | null;
  service: CompiledService | null;
  key: VerifiedKey | null;
  ruling: Ruling | null;
  /** That the proxy which asks may ask, where it showed a key. */
  roleCheck: RoleCheck | null;
  /** What the ruling was reached from, for replays; undefined where nothing is kept. */
  input: string | undefined;
  verdict: Verdict;
  /** Set where the ruling's own reason does not say it. */
  reason: string | null;
  /** RateLimit headers of a refusal by limits. */
  limitHeaders: Readonly<Record<string, string>>;
  authenticateMs: number;
  decideMs: number;
  upstreamMs: number | null;
  requestBytes: number;
  responseBytes: number;
  /** Its beginning is written down, because its answer began before it was over. */
  opened: boolean;
  recorded: boolean;
}

const noHeaders = {};
const requestIdPattern = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** Reads the head of a request. Synchronous; never throws. */
export function openCall(request: IncomingMessage, ports: GatewayPorts): Call {
  const startedMs = performance.now();
  const headers = headerPairs(request.rawHeaders);
  const { method = "", url = "", httpVersion } = request;
  const peer = peerOf(request, ports);
  const forwardedFor = joined(request.headers["x-forwarded-for"]);
  return startCall({
    source: "gateway",
    request,
    sent: { method, target: url },
    headers,
    canonical: canonicalRequest({ method, target: url, httpVersion, headers }),
    peer,
    address:
      forwardedFor === undefined ? peer : ports.clientAddress(request.socket.remoteAddress, forwardedFor),
    startedMs,
  });
}

/** What is known of a call before anything is judged. */
export type CallHead = Pick<
  Call,
  "source" | "request" | "sent" | "headers" | "canonical" | "peer" | "address" | "startedMs"
>;

/** A call of which nothing is judged yet, refused until something else is said. */
export function startCall(head: CallHead): Call {
  const { request, startedMs } = head;
  const decisionId = newId("evt");
  const sentId = request.headers["x-request-id"];
  return {
    source: head.source,
    request,
    sent: head.sent,
    headers: head.headers,
    canonical: head.canonical,
    decisionId,
    requestId:
      typeof sentId === "string" && requestIdPattern.test(sentId) ? sentId : `req_${decisionId.slice(4)}`,
    peer: head.peer,
    address: head.address,
    startedMs,
    // Not by the clock of `startedMs`, which does not follow when the time of day is set right.
    atMs: Date.now(),
    ruleset: null,
    service: null,
    key: null,
    ruling: null,
    roleCheck: null,
    input: undefined,
    verdict: "deny",
    reason: null,
    limitHeaders: noHeaders,
    authenticateMs: 0,
    decideMs: 0,
    upstreamMs: null,
    requestBytes: 0,
    responseBytes: 0,
    opened: false,
    recorded: false,
  };
}

/** Peers of open connections; reading an address takes longer than finding it here. */
const peers = new WeakMap<Socket, string | null>();

/** The other end of a request's connection, or null. */
export function peerOf({ socket }: IncomingMessage, ports: GatewayPorts): string | null {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const peer = ports.clientAddress(socket.remoteAddress, undefined);
  peers.set(socket, peer);
  return peer;
}

/** A flat list of names and values as pairs with lower-cased names. */
export function headerPairs(raw: readonly string[]): (readonly [name: string, value: string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2)
    pairs.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  return pairs;
}

/** What a record is written with: the status that the caller gets. */
export interface Recording {
  status: number;
  ports: GatewayPorts;
}

/** Writes down how the call ended, once. Nothing is written for an unknown workspace. */
export function recordCall(call: Call, { status, ports }: Recording): void {
  const record = lastRecord(call, status);
  if (record !== null) ports.record(record);
}

/** The same, for a call whose answer leaves with this turn of the event loop. */
export function recordCallWithTurn(call: Call, { status, ports }: Recording): void {
  const record = lastRecord(call, status);
  if (record !== null) ports.recordWithTurn(record);
}

/** Writes down the verdict of a call whose answer begins before it is over. */
export function recordOpened(call: Call, { status, ports }: Recording): void {
  if (call.opened || call.recorded || call.ruleset === null) return;
  ports.record(recordOf(call, { ruleset: call.ruleset, status, phase: "opened" }));
  call.opened = true;
}

function lastRecord(call: Call, status: number): DecisionRecord | null {
  if (call.recorded || call.ruleset === null) return null;
  call.recorded = true;
  return recordOf(call, { ruleset: call.ruleset, status, phase: call.opened ? "completed" : "whole" });
}

interface Ended {
  ruleset: CompiledRuleset;
  status: number;
  phase: RecordPhase;
}

function recordOf(call: Call, { ruleset, status, phase }: Ended): DecisionRecord {
  const { canonical, key, service, ruling, request, sent } = call;
  const refused = "refused" in canonical;
  return {
    id: call.decisionId,
    phase,
    atMs: call.atMs,
    workspaceId: ruleset.workspace.id,
    source: call.source,
    rulesetVersion: ruleset.version,
    credential: key === null ? null : recordedCredential(key),
    service: service === null ? null : { id: service.id, slug: service.slug },
    method: refused ? sent.method.slice(0, 32) : canonical.method,
    path: withoutKeys(refused ? pathOfRefused(sent.target) : canonical.path).slice(0, 2048),
    route: ruling?.route ?? null,
    address: call.address,
    userAgent: withoutKeys(request.headers["user-agent"] ?? "").slice(0, 512) || null,
    verdict: call.verdict,
    rules: ruling?.rules ?? [],
    reason: call.reason ?? ruling?.reason ?? "INTERNAL",
    shadow: ruling?.shadow ?? null,
    status,
    requestBytes: call.requestBytes,
    responseBytes: call.responseBytes,
    authenticateUs: microseconds(call.authenticateMs),
    decideUs: microseconds(call.decideMs),
    totalUs: microseconds(performance.now() - call.startedMs),
    upstreamUs: call.upstreamMs === null ? null : microseconds(call.upstreamMs),
    traceId: traceIdOf(request.headers["traceparent"]),
    count: 1,
    ...(call.input === undefined ? noHeaders : { input: call.input }),
    ...(call.roleCheck === null ? noHeaders : { roleCheck: call.roleCheck }),
  };
}

const microseconds = (milliseconds: number) => Math.max(0, Math.round(milliseconds * 1000));

/** The path part of a target that has no canonical form, cut where a secret could follow. */
function pathOfRefused(target: string): string {
  return target.split(/[?#;]/, 1)[0] || "/";
}

/** Text with everything that has the shape of a key replaced; callers put keys in the strangest places. */
function withoutKeys(text: string): string {
  if (!text.includes("_live_") && !text.includes("_test_")) return text;
  return text.replace(/[A-Za-z0-9_]*_(?:live|test)_[0-9A-Za-z]{43,}/g, "[key]");
}

/** Trace id of a W3C `traceparent`, or null when it is none. */
function traceIdOf(traceparent: string | string[] | undefined): string | null {
  if (typeof traceparent !== "string") return null;
  const traceId = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/.exec(traceparent)?.[1];
  return traceId === undefined || /^0+$/.test(traceId) ? null : traceId;
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
