import { OpenAPIHono } from "@hono/zod-openapi";
import type { HttpBindings } from "@hono/node-server";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";

/** What every handler of `/api/v1` finds on its context. */
export interface ApiVariables {
  /** Who is calling; routes that need nobody must not read it. */
  actor: Actor;
  requestId: string;
  /** Client address after TRUSTED_PROXIES, or null. */
  address: string | null;
}

export interface ApiEnv {
  Variables: ApiVariables;
  /** `server.ts` hands over the socket's request; inside Next there is none. */
  Bindings: Partial<Pick<HttpBindings, "incoming">>;
}

/** A room's router: typed context, and input that does not fit its schema becomes a 422 with every wrong place. */
export function createRouter() {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.slice(0, 50).map((issue) => ({
        path: issue.path.map(String).join("."),
        message: issue.message,
      }));
      const kind = result.target === "param" ? "not-found" : "invalid";
      throw new Problem(kind, kind === "invalid" ? "Some fields are not valid." : "No such thing.", kind === "invalid" ? { errors } : {});
    },
  });
}
