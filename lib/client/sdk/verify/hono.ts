import type { Context, MiddlewareHandler } from "hono";
import { createGuard, type Caller, type GuardSettings } from "@/lib/client/sdk/verify/guard";

/** Variables that the middleware sets: `c.var.caller`. */
export interface CallerVariables {
  Variables: { caller: Caller };
}

interface HonoSettings extends GuardSettings {
  /** The client's address as your proxies let it be known; without it keys with an address list are refused. */
  ip?: (c: Context) => string | null;
}

/** Lets calls with a good key pass, with `c.var.caller`; answers the others with a problem document. */
export function requireKey({
  ip = () => null,
  ...settings
}: HonoSettings): MiddlewareHandler<CallerVariables> {
  const guard = createGuard(settings);
  return async (c, next) => {
    const header = (name: string) => c.req.header(name);
    // Hono decodes its own path; rules judge what was sent.
    const { pathname: path } = new URL(c.req.url);
    const verdict = await guard({ header, method: c.req.method, path, ip: ip(c) });
    if (!verdict.ok) return new Response(verdict.body, verdict);
    c.set("caller", verdict.caller);
    return next();
  };
}
