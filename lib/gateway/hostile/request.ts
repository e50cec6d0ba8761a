/** Where hostile requests are aimed. */
export interface Aim {
  /** What stands before the service's own paths: `/workspace/service` at the gateway, empty behind a proxy at its root. */
  base: string;
  /** Value of the Host header. */
  host: string;
  /** A good key; a request is refused for its spelling, not for its caller. */
  key: string;
}

/**
 * One request that tries to reach what the service denies. Characters of `bytes` stand for bytes. `unattributable` ones
 * do not say in their first line whose they are, so nobody can record them; `endless` ones leave the connection open when they are
 * answered, or are never whole, so their sender has to leave.
 */
export interface HostileRequest {
  name: string;
  bytes(aim: Aim): string;
  unattributable?: true;
  endless?: true;
}

/** A request, part by part; what is left out is what a plain GET with a key has. */
export interface Parts {
  method?: string;
  /** After the base. */
  path?: string;
  /** The whole target, instead. */
  target?: (aim: Aim) => string;
  version?: string;
  /** Before Host, key and Connection. */
  headers?: readonly string[];
  /** False for a request without the key. */
  keyed?: boolean;
  /** False for a request without a Host header. */
  hosted?: boolean;
  /** With its Content-Length, unless `framed` says that the headers frame it. */
  body?: string;
  framed?: true;
  /** Leaves the connection open for the request behind it. */
  keptOpen?: true;
}

/** Makes one of its parts. */
export function hostile(name: string, parts: Parts): HostileRequest {
  return { name, bytes: (aim) => requestText(aim, parts) };
}

/** The text of a request made of parts. */
export function requestText(aim: Aim, parts: Parts): string {
  const { method = "GET", path = "/", target, version = "HTTP/1.1", body = "" } = parts;
  const lines = [
    `${method} ${target === undefined ? `${aim.base}${path}` : target(aim)} ${version}`,
    ...(parts.headers ?? []),
    ...(parts.hosted === false ? [] : [`Host: ${aim.host}`]),
    ...(parts.keyed === false ? [] : [`X-API-Key: ${aim.key}`]),
    ...(body === "" || parts.framed ? [] : [`Content-Length: ${body.length}`]),
    `Connection: ${parts.keptOpen ? "keep-alive" : "close"}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
