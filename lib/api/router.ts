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
  /** The body of an upload, which only its route reads; absent where the body was read. */
  upload?: ReadableStream<Uint8Array<ArrayBuffer>> | null;
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

/** What is wrong at one place: an issue of zod's, or words of our own. */
interface Issue {
  path: readonly PropertyKey[];
  message: string;
  code?: string | undefined;
  keys?: readonly string[] | undefined;
}

/** Input that does not fit its schema, with every wrong place. */
export function inputProblem(issues: readonly Issue[]): Problem {
  const errors = issues
    .flatMap(inWords)
    .slice(0, 50)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  return new Problem("invalid", "Some fields are not valid.", { errors });
}

const nothingThere = /^Invalid input: expected .*, received undefined$/;

/** A field that is missing or unknown is named as such; zod says it of types and of the object around it. */
function inWords({ path, message, code, keys }: Issue): Pick<Issue, "path" | "message">[] {
  if (code === "unrecognized_keys" && keys !== undefined)
    return keys.map((key) => ({ path: [...path, key], message: "is not known here" }));
  return [{ path, message: nothingThere.test(message) ? "is required" : message }];
}
