import type { Context, MiddlewareHandler } from "hono";
import type { PortalSessionActor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { ApiEnv } from "@/lib/api/router";
import { portalSessionCaller } from "@/lib/portal-sessions/authenticate";
import { isListedSomewhere, mayUseFrom } from "@/lib/portal-sessions/origins";

/** What a page may send besides the safelisted headers; credentials go in Authorization, never in cookies. */
const requestHeaders =
  "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, latchkey-expires-in";
const readableHeaders =
  "x-request-id, retry-after, ratelimit, ratelimit-policy, content-disposition, etag, latchkey-expires-at";
const methods = "GET, POST, PUT, PATCH, DELETE";

/** How long a browser may remember a preflight: ten minutes, in seconds. */
const preflightSeconds = 600;

/**
 * CORS of the API: answers preflights for origins that a workspace lists, and lets a page read the answers that
 * `crossOrigin` was set for. No answer ever admits credentials, so cookies of the portal are of no use to such a page.
 */
export const crossOrigin: MiddlewareHandler<ApiEnv> = async (c, next) => {
  c.set("crossOrigin", null);
  const origin = c.req.header("origin");
  if (origin === undefined) return next();
  if (c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined)
    return preflight(c, origin);
  await next();
  c.header("vary", "origin", { append: true });
  if (c.var.crossOrigin === null) return;
  c.header("access-control-allow-origin", c.var.crossOrigin);
  c.header("access-control-expose-headers", readableHeaders);
};

async function preflight(c: Context<ApiEnv>, origin: string): Promise<Response> {
  c.header("vary", "origin, access-control-request-method, access-control-request-headers");
  if (await isListedSomewhere(origin)) {
    c.header("access-control-allow-origin", origin);
    c.header("access-control-allow-methods", methods);
    c.header("access-control-allow-headers", requestHeaders);
    c.header("access-control-max-age", String(preflightSeconds));
  }
  return c.body(null, 204);
}

/**
 * The caller behind a portal session's token, if the page that sent it is of an origin that its workspace lists; then
 * the page may read the answer. A refusal of an unknown token may be read wherever some workspace lists the origin.
 */
export async function portalSessionOf(c: Context<ApiEnv>, token: string): Promise<PortalSessionActor> {
  const origin = c.req.header("origin") ?? null;
  const { actor, allowedOrigins } = await portalSessionCaller(token, c.var.address).catch(
    async (error: unknown) => {
      await letReadRefusal(c);
      throw error;
    },
  );
  if (!mayUseFrom(origin, allowedOrigins))
    throw new Problem(
      "foreign-origin",
      `The workspace does not list ${origin}, so its pages may not use this.`,
    );
  c.set("crossOrigin", origin);
  return actor;
}

/** Lets the page read why its code or token was refused, where some workspace lists its origin. */
export async function letReadRefusal(c: Context<ApiEnv>): Promise<void> {
  const origin = c.req.header("origin");
  if (origin !== undefined && (await isListedSomewhere(origin))) c.set("crossOrigin", origin);
}
