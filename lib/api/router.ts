import { OpenAPIHono } from "@hono/zod-openapi";
import type { HttpBindings } from "@hono/node-server";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";

/** What every handler of `/api/v1` finds on its context. */
export interface ApiVariables {
  /** Who is calling; routes that need nobody must not read it. */
  actor: Actor;
  /** Who the same request would come from now, for answers that stay open. Throws `unauthorized` when nobody any more. */
  callerNow: () => Promise<Actor>;
  requestId: string;
  /** Origin of the page that may read this answer across origins, or null. */
  crossOrigin: string | null;
  /** How the caller's own limits stand, for the answer's headers, whatever it is. */
  limitHeaders?: Readonly<Record<string, string>>;
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
      if (result.target === "param") throw new Problem("not-found", "No such thing.");
      throw inputProblem(result.error.issues);
    },
  });
}

/** Input that does not fit its schema, with every wrong place. */
export function inputProblem(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Problem {
  const errors = issues
    .slice(0, 50)
    .map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
  return new Problem("invalid", "Some fields are not valid.", { errors });
}
