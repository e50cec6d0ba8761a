import { type Problem, problemTable } from "@/lib/api/problem";
import type { Endpoint } from "@/lib/gateway/hookio/endpoint";
import { roleOfScope } from "@/lib/gateway/hookio/endpoints/roles";

/** What each endpoint needs, in hook.io's spelling, for callers of whom nobody knows what they hold. */
const roles: Readonly<Record<Endpoint, string>> = {
  "/keys/checkAccess": "keys::checkAccess",
  "/keys/create": "keys::create",
  "/keys/destroy": "keys::destroy",
  "/keys/all": "keys::read",
  "/datastore/set": "datastore::set",
  "/datastore/get": "datastore::get",
  "/datastore/del": "datastore::del",
  "/datastore/recent": "datastore::recent",
  "/new": "hook::create",
  "/admin": "hook::update",
  "/{workspace}/events": "events::read",
  "/{workspace}/{service}/logs": "hook::logs::read",
  "/{workspace}/{service}/delete": "hook::destroy",
};

/** A refusal as hook.io's clients know it; `user` is the caller's account, or `anonymous`. Never holds a key. */
export function hookioRefusal(
  problem: Problem,
  { endpoint, user }: { endpoint: Endpoint; user: string },
): { status: number; body: Record<string, unknown> } {
  const { status } = problemTable[problem.kind];
  const { errors, members } = problem.extra;
  const message = problem.message;
  if (status !== 401 && status !== 403)
    return { status, body: { error: true, message, type: problem.kind, ...(errors && { errors }) } };
  return {
    status,
    body: { error: true, message, user, role: roleIn(members) ?? roles[endpoint], type: unauthorized },
  };
}

/** The type of every refusal for want of a key or a role. */
export const unauthorized = "unauthorized-role-access";

/** The role that is lacking: the endpoint's, or one that would be given away without being held. */
function roleIn(members: Record<string, unknown> = {}): string | null {
  const scope = members["requiredScope"] ?? members["beyond"];
  return typeof scope === "string" ? roleOfScope(scope) : null;
}
