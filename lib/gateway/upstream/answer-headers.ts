import type { IncomingHttpHeaders } from "node:http";

/**
 * Answer headers of an upstream that never reach a caller: hop-by-hop ones, our own names, and those that act on the whole
 * hostname, which the upstream shares with other services and, apart from the port, perhaps with the portal.
 */
const dropped = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "set-cookie",
  "set-cookie2",
  "clear-site-data",
  "strict-transport-security",
  "public-key-pins",
  "expect-ct",
  "alt-svc",
  "nel",
  "report-to",
  "service-worker-allowed",
  "x-content-type-options",
]);

/** Types that a browser runs as a document. */
const activeType =
  /^\s*(?:text\/html|application\/xhtml\+xml|image\/svg\+xml|text\/xml|application\/xml|[^;]*\+xml)\s*(?:;|$)/i;

/**
 * Gives documents an origin of their own, so that they cannot set cookies or act on what else lives on this hostname.
 * Sent beside the upstream's own policy, never instead of it: browsers enforce both.
 */
const documentPolicy = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";

/** What is added to every forwarded answer. */
export interface AnswerMarks {
  decisionId: string;
  requestId: string;
  /** RateLimit and RateLimit-Policy. */
  limits: Readonly<Record<string, string>>;
}

/** The head of the answer as a flat list, made from the upstream's. */
export function answerHeaders(sent: IncomingHttpHeaders, marks: AnswerMarks): string[] {
  const named = connectionNames(sent.connection);
  const flat: string[] = [];
  for (const name in sent) {
    const value = sent[name];
    if (value === undefined || dropped.has(name) || name.startsWith("x-latchkey-") || named.includes(name))
      continue;
    if (name in marks.limits) continue;
    if (typeof value === "string") flat.push(name, value);
    else for (const each of value) flat.push(name, each);
  }
  if (sent["x-request-id"] === undefined) flat.push("x-request-id", marks.requestId);
  if (activeType.test(sent["content-type"] ?? "")) {
    flat.push("content-security-policy", documentPolicy);
    // The address of a page may hold a key as query parameter.
    if (sent["referrer-policy"] === undefined) flat.push("referrer-policy", "no-referrer");
  }
  flat.push("x-content-type-options", "nosniff", "x-latchkey-decision", marks.decisionId);
  for (const name in marks.limits) flat.push(name, marks.limits[name] ?? "");
  return flat;
}

const noNames: string[] = [];

function connectionNames(value: string | string[] | undefined): string[] {
  if (value === undefined || value === "keep-alive" || value === "close") return noNames;
  return String(value)
    .split(",")
    .map((token) => token.trim().toLowerCase());
}
