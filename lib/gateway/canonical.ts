/**
 * Raw request → what is judged and what the upstream receives, or a refusal. Pure.
 *
 * The invariant: what the upstream receives, read by the strictest or by the most lenient reader (decoded until stable,
 * backslash as slash, slashes merged, dot segments removed, `;params` cut), is what was judged. A spelling on which
 * those two readers would differ is refused rather than guessed at; the little that is rewritten reads the same to both.
 *
 * | In the request                                                      | What happens                            |
 * |---------------------------------------------------------------------|-----------------------------------------|
 * | `//`, also leading; three and more                                  | merged into one, judged and forwarded   |
 * | raw bytes from 0x80 that are UTF-8                                  | percent-encoded, judged and forwarded   |
 * | `%41` and other escapes of plain text, `%2e` inside a name          | judged decoded, forwarded as sent       |
 * | trailing `/`                                                        | kept in the path, makes no segment      |
 * | absolute target whose authority is the Host                         | its path is taken                       |
 * | `?` and what follows                                                | kept byte for byte                      |
 * | absolute target with another authority, user or scheme              | refused: TARGET_AUTHORITY               |
 * | `*`, authority form, anything else not beginning with `/`           | refused: TARGET_FORM                    |
 * | `#`                                                                 | refused: FRAGMENT                       |
 * | control characters and spaces, raw or `%00`–`%1f`, `%7f`            | refused: CONTROL_CHARACTER              |
 * | `\` or `%5c`, `%2f`                                                 | refused: ENCODED_SEPARATOR              |
 * | `%` without two hex digits, also `%u0041`                           | refused: BAD_ESCAPE                     |
 * | bytes that are no UTF-8: overlong `%c0%ae`, lone `%ff`, surrogates  | refused: NOT_UTF8                       |
 * | an escape that is left after one decoding: `%252e`, `%25252f`       | refused: DOUBLE_ENCODED                 |
 * | a segment `.` or `..`, raw or as `%2e`                              | refused: DOT_SEGMENT                    |
 * | `;` or `%3b` in the path                                            | refused: PATH_PARAMETERS                |
 * | no Host, two Hosts, a Host that is no authority                     | refused: HOST                           |
 * | HTTP/0.9 and other versions than 1.0 and 1.1                        | refused: HTTP_VERSION                   |
 * | a path that the service's own policy refuses                        | refused: TRAILING_SLASH, OUTSIDE_PREFIX |
 * | a query that a rule asks for and readers take differently           | refused: QUERY_UNCLEAR                  |
 * | methods other than GET HEAD POST PUT PATCH DELETE OPTIONS           | refused: METHOD                         |
 * | X-HTTP-Method-Override and its kin, `?_method=`                     | refused: METHOD_OVERRIDE                |
 * | a credential header or Content-Type sent twice                      | refused: DUPLICATE_HEADER               |
 * | Expect other than 100-continue                                      | refused: EXPECTATION                    |
 * | what no HTTP parser takes: two framings, folded headers, garbage    | refused: NOT_HTTP, by the listener      |
 */
export interface CanonicalRequest {
  method: Method;
  /** The first two segments, decoded; null when the path is shorter. */
  workspace: string | null;
  service: string | null;
  /** What rules and records see: `/` and the decoded segments after the service, with a trailing `/` kept. */
  path: string;
  /** The same, decoded, without an empty last one. */
  segments: readonly string[];
  /** Without `?`, byte for byte. */
  query: string;
  /** What the upstream gets after its own base path, as sent apart from merged slashes; empty or beginning with `/`. */
  forwardPath: string;
  /** The path as the upstream gets it, where its service rewrites; rules that deny judge it too. */
  rewritten?: { path: string; segments: readonly string[] };
  /** The Host header. */
  host: string;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type Method = (typeof methods)[number];

/** Why a request is refused, each with a sentence for its sender. */
export const refusals = {
  TARGET_FORM: "The request target must begin with a slash.",
  TARGET_AUTHORITY: "An absolute request target must name the same authority as the Host header.",
  FRAGMENT: "A request target cannot hold #.",
  CONTROL_CHARACTER:
    "The target cannot hold spaces or control characters, and its path not even encoded control characters.",
  ENCODED_SEPARATOR: "The path cannot hold backslashes or encoded slashes.",
  BAD_ESCAPE: "Every % in the path must be followed by two hexadecimal digits.",
  NOT_UTF8: "The path must be UTF-8.",
  DOUBLE_ENCODED: "The path is encoded twice; encode it once.",
  DOT_SEGMENT: "The path cannot hold . or .. as a segment.",
  PATH_PARAMETERS: "The path cannot hold a semicolon, because upstreams disagree on what it means.",
  TRAILING_SLASH: "This service takes no path with a slash at its end.",
  OUTSIDE_PREFIX: "This service has nothing at that path.",
  QUERY_UNCLEAR: "The query holds an unencoded semicolon or an escape that is not UTF-8.",
  HOST: "The request must have exactly one valid Host header.",
  HTTP_VERSION: "Only HTTP/1.0 and HTTP/1.1 are spoken here.",
  METHOD: "This method is not forwarded. Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
  METHOD_OVERRIDE: "The method cannot be overridden by a header or query parameter.",
  DUPLICATE_HEADER: "A credential header and Content-Type may be sent only once.",
  NOT_HTTP: "The request is not well-formed HTTP.",
  EXPECTATION: "The only expectation known here is 100-continue.",
} as const;
export type RefusalCode = keyof typeof refusals;

/** A refused request. The names are a best guess, for finding whose record it is; nothing else may rest on them. */
export interface Refusal {
  refused: RefusalCode;
  workspace: string | null;
  service: string | null;
}

/** A request as it came: `headers` are pairs with lower-cased names, doubles kept; characters stand for bytes (latin1). */
export interface RawRequest {
  method: string;
  target: string;
  httpVersion: string;
  headers: readonly (readonly [name: string, value: string])[];
}

/** The canonical form of a request, or why it is refused. Never throws. */
export function canonicalRequest(raw: RawRequest): CanonicalRequest | Refusal {
  const head = checkHead(raw);
  if (typeof head === "string") return refuse(head, raw.target);
  const target = originForm(raw.target, head.host);
  if (target === null)
    return refuse(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(raw.target) ? "TARGET_AUTHORITY" : "TARGET_FORM",
      raw.target,
    );
  if (target.includes("#")) return refuse("FRAGMENT", raw.target);

  if (/[\u0000-\u0020\u007f]/.test(target)) return refuse("CONTROL_CHARACTER", raw.target);
  const question = target.indexOf("?");
  const query = question === -1 ? "" : target.slice(question + 1);
  if (overridesMethod(query)) return refuse("METHOD_OVERRIDE", raw.target);
  const path = canonicalPath(question === -1 ? target : target.slice(0, question));
  if (typeof path === "string") return refuse(path, raw.target);
  const { workspace, service, segments, forwardPath } = path;
  return {
    method: head.method,
    host: head.host,
    workspace,
    service,
    path: path.path,
    segments,
    query,
    forwardPath,
  };
}

/** Names compare with `_` read as `-`, because many upstreams (CGI, WSGI) read them so. */
const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];
const singleHeaders = [
  "authorization",
  "x-api-key",
  "hook-private-key",
  "hookio-private-key",
  "content-type",
];
const headersOfCare = new Map<string, "overrides" | "single">([
  ...overrideHeaders.map((name) => [name, "overrides"] as const),
  ...singleHeaders.map((name) => [name, "single"] as const),
]);
const authority = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

function checkHead(raw: RawRequest): { method: Method; host: string } | RefusalCode {
  if (raw.httpVersion !== "1.1" && raw.httpVersion !== "1.0") return "HTTP_VERSION";
  const method = methods.find((each) => each === raw.method);
  if (method === undefined) return "METHOD";
  let host: string | null = null;
  const seen: string[] = [];
  for (const [name, value] of raw.headers) {
    if (name === "host") {
      if (host !== null) return "HOST";
      host = value;
    } else if (name === "expect") {
      if (value.toLowerCase() !== "100-continue") return "EXPECTATION";
    } else {
      const hyphenated = name.includes("_") ? name.replaceAll("_", "-") : name;
      const care = headersOfCare.get(hyphenated);
      if (care === undefined) continue;
      if (care === "overrides") return "METHOD_OVERRIDE";
      if (seen.includes(hyphenated)) return "DUPLICATE_HEADER";
      seen.push(hyphenated);
    }
  }
  return host === null || !authority.test(host) ? "HOST" : { method, host };
}

/** Path and query of a target, or null. Not by `new URL`: it would read `//admin/x` as a host. */
function originForm(target: string, host: string): string | null {
  if (target.startsWith("/")) return target;
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(target);
  if (absolute === null) return null;
  const [, named = "", rest = ""] = absolute;
  if (named.toLowerCase() !== host.toLowerCase()) return null;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function overridesMethod(query: string): boolean {
  if (query === "" || !(query.includes("%") || /method/i.test(query))) return false;
  return query.split("&").some((part) => {
    const name = (decodedOnce(part.split("=", 1)[0] ?? "") ?? "").toLowerCase();
    return name === "_method" || overrideHeaders.includes(name.replaceAll("_", "-"));
  });
}

export type CanonicalPath = Pick<
  CanonicalRequest,
  "workspace" | "service" | "path" | "segments" | "forwardPath"
>;

/** Letters, digits and `-._~!$&'()*+,=:@` in segments that cannot be dots: most paths, which need no decoding. */
const plainPath = /^(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9_~!$&'()*+,=:@.-]*)+\/?$/;

/** The path of a target, without its query, or why it is refused. */
export function canonicalPath(raw: string): CanonicalPath | RefusalCode {
  if (plainPath.test(raw)) return plainlyCanonical(raw);
  const encoded = asUtf8Escapes(raw).replace(/\/{2,}/g, "/");
  const wrong = wrongSpelling(encoded);
  if (wrong !== null) return wrong;
  const sent = encoded.split("/");
  const decoded: string[] = [];
  for (const part of sent) {
    const once = decodedOnce(part);
    if (once === null) return "NOT_UTF8";
    const wrongSegment = wrongText(once);
    if (wrongSegment !== null) return wrongSegment;
    decoded.push(once);
  }
  return assemble({ sent, decoded });
}

function wrongSpelling(path: string): RefusalCode | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return "BAD_ESCAPE";
  return /\\|%2f|%5c/i.test(path) ? "ENCODED_SEPARATOR" : null;
}

function wrongText(segment: string): RefusalCode | null {
  if (/[\u0000-\u001f\u007f]/.test(segment)) return "CONTROL_CHARACTER";
  if (/%[0-9A-Fa-f]{2}/.test(segment)) return "DOUBLE_ENCODED";
  if (segment.includes(";")) return "PATH_PARAMETERS";
  return segment === "." || segment === ".." ? "DOT_SEGMENT" : null;
}

/** The same as {@link assemble} answers for a path that is its own decoded form, cut instead of joined. */
function plainlyCanonical(raw: string): CanonicalPath {
  const afterWorkspace = raw.indexOf("/", 1);
  if (afterWorkspace === -1) return { workspace: raw.slice(1), service: null, ...nothingAfter };
  const afterService = raw.indexOf("/", afterWorkspace + 1);
  const names = {
    workspace: raw.slice(1, afterWorkspace),
    service: raw.slice(afterWorkspace + 1, afterService === -1 ? undefined : afterService) || null,
  };
  if (afterService === -1) return { ...names, ...nothingAfter };
  const rest = raw.slice(afterService);
  const end = rest.endsWith("/") ? -1 : undefined;
  return {
    workspace: names.workspace,
    service: names.service,
    path: rest,
    segments: rest === "/" ? noSegments : rest.slice(1, end).split("/"),
    forwardPath: rest,
  };
}

const noSegments: readonly string[] = [];
const nothingAfter = { path: "/", segments: noSegments, forwardPath: "" };

/** Both lists begin with the empty text before the first slash. */
function assemble({ sent, decoded }: { sent: string[]; decoded: string[] }): CanonicalPath {
  const trailing = decoded.at(-1) === "";
  const rest = decoded.slice(3);
  return {
    workspace: decoded[1] || null,
    service: decoded[2] || null,
    path: `/${rest.join("/")}`,
    segments: trailing ? rest.slice(0, -1) : rest,
    forwardPath: sent.length > 3 ? `/${sent.slice(3).join("/")}` : "",
  };
}

/** Text whose characters from 0x80 stand for bytes, with those as escapes; whether they are UTF-8 shows when they are decoded. */
export function asUtf8Escapes(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => `%${(character.charCodeAt(0) & 0xff).toString(16).toUpperCase()}`,
  );
}

/** One percent-decoding as UTF-8, or null. `decodeURIComponent` refuses overlong forms and surrogates. */
function decodedOnce(text: string): string | null {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A refusal whose names are guessed from the first two segments of the raw target. */
export function refuse(refused: RefusalCode, target: string): Refusal {
  const guess =
    /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?\/+([a-z0-9-]{1,64})(?:\/+([a-z0-9-]{1,64}))?(?=[/?#]|$)/i.exec(
      target,
    );
  return { refused, workspace: guess?.[1] ?? null, service: guess?.[2] ?? null };
}
