import { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { Problem } from "@/lib/api/problem";
import { useBody } from "@/lib/api/read-body";
import type { ApiEnv } from "@/lib/api/router";
import {
  bodyMayHoldCredential,
  bodyWithoutCredential,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
  queryWithoutCredential,
} from "@/lib/gateway/credential/credential";
import { ClientLeft, hasBody, readWhole } from "@/lib/gateway/credential/presented";

/**
 * The one credential of a request to the API, or null: in headers, query or body, and cut out of query and body before
 * anything else reads them, also where it is empty. Throws `two-credentials` for two different ones.
 */
export async function presentedKey(c: Context<ApiEnv>): Promise<string | null> {
  const inHeaders = credentialFromHeaders(c.req.raw.headers);
  return oneCredential([inHeaders, takeFromQuery(c), await takeFromBody(c)]);
}

function takeFromQuery(c: Context<ApiEnv>): string | null {
  const question = c.req.url.indexOf("?");
  if (question < 0) return null;
  const query = c.req.url.slice(question + 1);
  const rest = queryWithoutCredential(query);
  if (rest === query) return null;
  const { method, headers, signal } = c.req.raw;
  // The body was read before and stays where it is kept.
  c.req.raw = new Request(`${c.req.url.slice(0, question)}?${rest}`, { method, headers, signal });
  return credentialFromQuery(query);
}

async function takeFromBody(c: Context<ApiEnv>): Promise<string | null> {
  const contentType = c.req.header("content-type");
  if (!bodyMayHoldCredential(contentType)) return null;
  if (c.req.method === "GET" || c.req.method === "HEAD")
    return credentialFromBody(contentType, await bodyOfGet(c));
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const rest = bodyWithoutCredential(contentType, bytes);
  if (rest.length !== bytes.length) useBody(c, new Uint8Array(rest));
  return credentialFromBody(contentType, bytes);
}

const noBytes = new Uint8Array();

/** Some clients send their key in the body of a GET, which the Fetch standard's requests cannot hold; Next has none. */
async function bodyOfGet(c: Context<ApiEnv>): Promise<Uint8Array> {
  const incoming = c.env?.incoming;
  if (!(incoming instanceof IncomingMessage) || !hasBody(incoming)) return noBytes;
  const bytes = await readWhole(incoming).catch((error: unknown) => {
    if (!(error instanceof ClientLeft)) throw error;
    throw new Problem("bad-request", "The request ended before its body was whole.");
  });
  if (bytes !== null) return bytes;
  // Nobody else reads the rest, and the connection's next request stands behind it.
  incoming.resume();
  throw new Problem("too-large", "A body here may hold 1 MiB at most.");
}
