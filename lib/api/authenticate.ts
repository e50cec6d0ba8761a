import type { Context, MiddlewareHandler } from "hono";
import type { Actor } from "@/lib/api/actor";
import { keyCaller, takeCall } from "@/lib/api/key-caller";
import { Problem } from "@/lib/api/problem";
import { useBody } from "@/lib/api/read-body";
import type { ApiEnv } from "@/lib/api/router";
import { requireSameOrigin } from "@/lib/accounts/origin";
import { sessionActor } from "@/lib/accounts/session";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import {
  bearerValues,
  bodyMayHoldCredential,
  bodyWithoutCredential,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
  queryWithoutCredential,
} from "@/lib/gateway/credential";
import type { VerifiedKey } from "@/lib/keys/verified-key";
import { limitHeaders } from "@/lib/limits/headers";
import { portalSessionOf } from "@/lib/portal-sessions/cross-origin";
import { isPortalToken } from "@/lib/portal-sessions/token";

/** A leaked key can be revoked with itself also when whoever found it first has used up its limits. */
const unlimitedPaths = new Set(["/api/v1/whoami/revoke"]);

/** Finds out who is calling, by key, by signing in or by portal session, within the key's limits, or answers 401. */
export const authenticate: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const value = await presentedKey(c);
  const { actor, key } = await callerOf(c, value);
  if (key !== null && !unlimitedPaths.has(c.req.path))
    await takeCall(key, (outcome) => c.set("limitHeaders", limitHeaders(outcome)));
  c.set("actor", actor);
  c.set("callerNow", async () => (await callerOf(c, value)).actor);
  await next();
};

async function callerOf(
  c: Context<ApiEnv>,
  value: string | null,
): Promise<{ actor: Actor; key: VerifiedKey | null }> {
  if (value !== null && isPortalToken(value) && inAuthorization(c, value))
    return { actor: await portalSessionOf(c, value).catch(portalSessionRefused(c)), key: null };
  if (value !== null)
    return keyCaller(value, { via: "api", address: c.var.address, origin: c.req.header("origin") });
  const actor = await sessionActor(c.req.header("cookie") ?? null, { address: c.var.address });
  if (actor === null) throw new Problem("unauthorized", "Send a key as Authorization: Bearer, or sign in.");
  requireSameOrigin(c.req.raw);
  return { actor, key: null };
}

function portalSessionRefused({ var: { address } }: Context<ApiEnv>) {
  return (error: unknown) => {
    const reason =
      error instanceof Problem && error.kind === "foreign-origin" ? "ORIGIN_FORBIDDEN" : "NOT_FOUND";
    if (error instanceof Problem)
      noteFailedAuthentication({ via: "portal-session", reason, address, value: null, key: null });
    throw error;
  };
}

/** A portal session's token is taken from Authorization alone, where no address bar, form or log has it. */
function inAuthorization(c: Context<ApiEnv>, value: string): boolean {
  return bearerValues(c.req.header("authorization") ?? "").includes(value);
}

/** A key in header or query, else in the body; one found in a list's query or in a body is cut out before anything else reads it. */
async function presentedKey(c: Context<ApiEnv>): Promise<string | null> {
  const [path = "", query = ""] = splitOnce(c.req.url, "?");
  const inQuery = credentialFromQuery(query);
  const outside = oneCredential([credentialFromHeaders(c.req.raw.headers), inQuery]);
  if (inQuery !== null && c.req.method === "GET") {
    const { headers, signal } = c.req.raw;
    c.req.raw = new Request(`${path}?${queryWithoutCredential(query)}`, { headers, signal });
  }
  return outside ?? bodyKey(c);
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}

async function bodyKey(c: Context<ApiEnv>): Promise<string | null> {
  const contentType = c.req.header("content-type");
  if (c.req.method === "GET" || c.req.method === "HEAD" || !bodyMayHoldCredential(contentType)) return null;
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const value = credentialFromBody(contentType, bytes);
  if (value !== null) useBody(c, new Uint8Array(bodyWithoutCredential(contentType, bytes)));
  return value;
}
