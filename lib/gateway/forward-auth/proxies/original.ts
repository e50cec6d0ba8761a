import { Problem } from "@/lib/api/problem";
import type { ForwardAuth } from "@/lib/services/schema";

/** The header in which a proxy shows its own key; Authorization and X-API-Key there are the caller's. */
export const proxyKeyHeader = "x-latchkey-proxy-key";

/** The request that a proxy asks about, in the proxy's words. */
export interface Original {
  method: string;
  /** Path and query as the caller sent them. */
  uri: string;
  /** The addresses that it passed, the last one written by the proxy that asks. */
  forwardedFor: string;
  /**
   * Names in lower case, in order, doubles kept; Host is the original one. Without Connection: it speaks of the proxy's
   * own connection, and what a caller names there the proxy may forward none the less.
   */
  headers: (readonly [name: string, value: string])[];
}

const forwarded = { method: "x-forwarded-method", uri: "x-forwarded-uri", host: "x-forwarded-host" };

/** Where each dialect tells what was asked. All of them tell the address in X-Forwarded-For. */
const dialects: Record<ForwardAuth["dialect"], typeof forwarded> = {
  nginx: { method: "x-original-method", uri: "x-original-uri", host: "x-original-host" },
  caddy: forwarded,
  traefik: forwarded,
};

/**
 * Headers by which some upstreams let a caller ask for another path than the one that is judged. The second is nginx'
 * own word in its dialect, and was taken out before.
 */
const pathOverrides = new Set(["x-original-url", "x-original-uri", "x-rewrite-url"]);

/**
 * The original request out of the headers of a believed proxy's question. Throws `bad-request` when method, address or
 * host is not told exactly once, or the caller sent headers that only Latchkey writes or that ask for another path.
 */
export function readOriginal(dialect: ForwardAuth["dialect"], raw: readonly string[]): Original {
  const names = dialects[dialect];
  const told: Told = { method: null, uri: null, host: null, forwardedFor: null };
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    if (name === names.method) told.method = once(told.method, value, name);
    else if (name === names.uri) told.uri = once(told.uri, value, name);
    else if (name === names.host) told.host = once(told.host, value, name);
    else if (name === "x-forwarded-for")
      told.forwardedFor = told.forwardedFor === null ? value : `${told.forwardedFor},${value}`;
    else if (name === "host" || name === proxyKeyHeader || name === "connection") continue;
    else {
      if (name.charCodeAt(0) === letterX) refuseClaim(name);
      headers.push([name, value]);
    }
  }
  const host = there(told.host, names.host);
  headers.push(["host", host]);
  return {
    method: there(told.method, names.method),
    uri: there(told.uri, names.uri),
    forwardedFor: there(told.forwardedFor, "x-forwarded-for"),
    headers,
  };
}

interface Told {
  method: string | null;
  uri: string | null;
  host: string | null;
  forwardedFor: string | null;
}

const letterX = 120;

function once(earlier: string | null, value: string, name: string): string {
  if (earlier === null) return value;
  throw new Problem("bad-request", `The proxy sent ${name} twice.`, { members: { code: "PROXY_HEADERS" } });
}

function there(value: string | null, name: string): string {
  if (value !== null && value !== "") return value;
  throw new Problem("bad-request", `The proxy must send ${name}.`, { members: { code: "PROXY_HEADERS" } });
}

/** Names compare with `_` read as `-`, because many upstreams read them so. */
function refuseClaim(name: string): void {
  const hyphenated = name.includes("_") ? name.replaceAll("_", "-") : name;
  if (hyphenated.startsWith("x-latchkey-"))
    throw new Problem("bad-request", "Headers that begin with X-Latchkey- are Latchkey's own.", {
      members: { code: "IDENTITY_HEADER" },
    });
  if (pathOverrides.has(hyphenated))
    throw new Problem("bad-request", "The path cannot be overridden by a header.", {
      members: { code: "PATH_OVERRIDE" },
    });
}
