import type { Call } from "@/lib/gateway/call";
import type { CanonicalRequest } from "@/lib/gateway/canonical";
import { credentialHeaders } from "@/lib/gateway/credential/credential";
import type { GatewayPorts } from "@/lib/gateway/ports";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";

/** What the fate of a caller's header depends on beyond its name. */
export interface Kept {
  /** Whether the Authorization header held our credential, so that it goes no further. */
  dropsAuthorization: boolean;
  /** Whether the credential was cut out of the body; digests of the body would be wrong then. */
  bodyChanged: boolean;
}

/** What the upstream's request head depends on beyond the call itself. */
export interface ForwardedRequest extends Kept {
  canonical: CanonicalRequest;
}

/** Hop-by-hop (RFC 9110, 7.6.1) and framing headers, and those that the gateway answers or writes itself. */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "content-length",
  "expect",
  "host",
]);

/** Headers by which proxies tell upstreams who calls and what was asked; from a caller they are claims. */
const identityHeaders = new Set([
  "forwarded",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "fastly-client-ip",
  "fly-client-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-envoy-external-address",
  "x-host",
  "x-rewrite-url",
  "x-remote-user",
  "remote-user",
  "x-remote-addr",
  "remote-addr",
  "x-authenticated-user",
  "x-authenticated-userid",
  "x-authenticated-scope",
  "x-client-cert",
  "x-client-verify",
  "x-request-id",
]);
const identityPrefixes = [
  "x-latchkey-",
  "x-forwarded-",
  "x-original-",
  "x-auth-request-",
  "x-ssl-client-",
  "ssl-client-",
  "x-consumer-",
];

const bodyDigests = new Set([
  "content-md5",
  "digest",
  "content-digest",
  "repr-digest",
  "signature",
  "signature-input",
]);

/** The head of the forwarded request as a flat list, without Host and framing. */
export function forwardedHeaders(call: Call, forwarded: ForwardedRequest, ports: GatewayPorts): string[] {
  const named = namedByConnection(call.headers);
  const flat: string[] = [];
  for (const [name, value] of call.headers) {
    const kept = named.has(name) ? null : keptHeader(name, value, forwarded);
    if (kept !== null) flat.push(name, kept);
  }
  pushOrigin(flat, call, { canonical: forwarded.canonical, ports });
  pushIdentity(flat, call);
  return flat;
}

/** What goes on of one of the caller's headers that Connection does not name, or null. Names are in lower case. */
export function keptHeader(name: string, value: string, kept: Kept): string | null {
  switch (fateOf(name)) {
    case "kept":
      return value;
    case "dropped":
      return null;
    case "cookie":
      return withoutPortalCookies(value) || null;
    case "authorization":
      return kept.dropsAuthorization ? null : value;
    case "digest":
      return kept.bodyChanged ? null : value;
  }
}

type Fate = "kept" | "dropped" | "cookie" | "authorization" | "digest";

/** What was found out of names: callers send the same few. */
const fates = new Map<string, Fate>();
const fatesMax = 1_000;

function fateOf(name: string): Fate {
  const known = fates.get(name);
  if (known !== undefined) return known;
  const fate = findFate(name);
  if (fates.size < fatesMax && name.length < 100) fates.set(name, fate);
  return fate;
}

function findFate(name: string): Fate {
  if (name === "cookie" || name === "authorization") return name;
  // Many upstreams (CGI, WSGI) read `_` as `-`, so both spellings of our headers would be the same to them.
  const hyphenated = name.replaceAll("_", "-");
  if (credentialHeaders.has(name) || connectionHeaders.has(hyphenated) || identityHeaders.has(hyphenated))
    return "dropped";
  if (bodyDigests.has(hyphenated)) return "digest";
  return identityPrefixes.some((prefix) => hyphenated.startsWith(prefix)) ? "dropped" : "kept";
}

const noNames: ReadonlySet<string> = new Set();

/** Names, in lower case, that Connection takes out of a request. */
export function namedByConnection(headers: Call["headers"]): ReadonlySet<string> {
  let names: Set<string> | null = null;
  for (const [name, value] of headers) {
    if (name !== "connection" || value === "keep-alive" || value === "close") continue;
    names ??= new Set();
    for (const token of value.split(",")) names.add(token.trim().toLowerCase());
  }
  return names ?? noNames;
}

/** Names of cookies that the portal uses; browsers send them to every port of the portal's hostname. */
const portalCookie =
  /^(?:next-auth\.|__Secure-next-auth\.|__Host-next-auth\.|(?:__Secure-|__Host-)?latchkey-)/i;

/** A Cookie header without the portal's cookies; empty when no other is left. */
export function withoutPortalCookies(header: string): string {
  const cookies = header.split(";");
  if (!cookies.some((cookie) => portalCookie.test(cookie.trimStart()))) return header;
  return cookies
    .filter((cookie) => !portalCookie.test(cookie.trimStart()))
    .join(";")
    .trimStart();
}

function pushOrigin(
  flat: string[],
  call: Call,
  { canonical, ports }: { canonical: CanonicalRequest; ports: GatewayPorts },
): void {
  const { headers, socket } = call.request;
  const peer = call.peer ?? "unknown";
  const trusted = call.peer !== null && ports.isTrustedProxy(call.peer);
  const earlier = trusted
    ? call.headers.filter(([name]) => name === "x-forwarded-for").map(([, value]) => value)
    : [];
  const sentProto = trusted ? lastOf(headers["x-forwarded-proto"])?.toLowerCase() : undefined;
  const ownProto = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
  flat.push("x-forwarded-for", [...earlier, peer].join(", "));
  flat.push("x-forwarded-proto", sentProto === "http" || sentProto === "https" ? sentProto : ownProto);
  flat.push(
    "x-forwarded-host",
    (trusted ? lastOf(headers["x-forwarded-host"]) : undefined) ?? canonical.host,
  );
  flat.push("x-request-id", call.requestId);
}

/** Adds whose call it is, and which decision let it pass. */
export function pushIdentity(flat: string[], call: Call): void {
  flat.push("x-latchkey-decision", call.decisionId);
  if (call.ruleset !== null) flat.push("x-latchkey-workspace", call.ruleset.workspace.slug);
  if (call.key !== null) flat.push(...identityOf(call.key));
}

const identities = new WeakMap<VerifiedKey, string[]>();

/** The headers that say whose call it is; the same for every call of a key until it changes. */
function identityOf(key: VerifiedKey): string[] {
  const known = identities.get(key);
  if (known !== undefined) return known;
  const made = [
    ...(key.token === undefined ? namedByKey(key) : namedByToken(key)),
    "x-latchkey-scopes",
    key.scopes.map(headerText).join(" "),
    ...(key.customer === null ? [] : ["x-latchkey-customer", headerText(key.customer.externalId)]),
  ];
  identities.set(key, made);
  return made;
}

function namedByKey({ keyId, name, environment }: VerifiedKey): string[] {
  return [
    "x-latchkey-key-id",
    keyId,
    "x-latchkey-key-name",
    headerText(name),
    "x-latchkey-environment",
    environment,
  ];
}

/** A token's subject never stands where an upstream looks for a key. */
function namedByToken({ keyId, name, prefix }: VerifiedKey): string[] {
  return [
    "x-latchkey-subject-id",
    keyId,
    "x-latchkey-subject",
    headerText(name),
    "x-latchkey-issuer",
    headerText(prefix),
  ];
}

/** Text as a header value: what is not printable ASCII, and `%` itself, percent-encoded as UTF-8. */
function headerText(text: string): string {
  return text
    .replace(/[^\x20-\x24\x26-\x7e]+/g, (run) => encodeURIComponent(Buffer.from(run).toString()))
    .trim();
}

function lastOf(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.at(-1) : value;
  return text?.split(",").at(-1)?.trim() || undefined;
}
