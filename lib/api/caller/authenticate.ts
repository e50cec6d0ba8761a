import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Actor } from "@/lib/api/actor";
import { keyCaller, takeCall } from "@/lib/api/caller/key-caller";
import { Problem } from "@/lib/api/problem";
import { presentedKey } from "@/lib/api/caller/presented-key";
import type { ApiEnv } from "@/lib/api/router";
import { requireSameOrigin } from "@/lib/accounts/browser/origin";
import { sessionActor } from "@/lib/accounts/session/session";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import { bearerValues } from "@/lib/gateway/credential/credential";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
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
    return keyCaller(value, {
      via: "api",
      endpoint: endpointOf(c),
      address: c.var.address,
      origin: c.req.header("origin"),
    });
  const actor = await sessionActor(c.req.header("cookie") ?? null, { address: c.var.address });
  if (actor === null) throw new Problem("unauthorized", "Send a key as Authorization: Bearer, or sign in.");
  requireSameOrigin(c.req.raw);
  return { actor, key: null };
}

/** Method and template of the path; what stands before the route that answers listens to all methods. */
function endpointOf(c: Context<ApiEnv>): string {
  const template = matchedRoutes(c).find(({ method }) => method !== "ALL")?.path ?? "/api/v1/*";
  return `${c.req.method} ${template.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`;
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
