import type { ServerResponse } from "node:http";
import { requireScopeOfDecision } from "@/lib/api/actor";
import type { problemDocument } from "@/lib/api/problem";
import type { Call } from "@/lib/gateway/call";
import { endpointOf } from "@/lib/gateway/hookio/endpoint";
import { unauthorized } from "@/lib/gateway/hookio/refusal";
import { respond } from "@/lib/gateway/hookio/respond";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";

/** What the gateway does differently with HOOKIO_COMPAT=on. */
export interface HookioDoor {
  /** Answers a call of one of hook.io's own addresses; false, having touched nothing, for every other. */
  answer(call: Call, response: ServerResponse): boolean;
  /** Whether a call comes from hook.io's own client, which sends its key in header and body. */
  isClient(call: Call): boolean;
  /** A hook.io client calls private services with `invoke:services`, beside what rules say. Throws `forbidden`. */
  requireInvocation(call: Call, key: VerifiedKey): void;
  /** A refusal with the members that hook.io's clients look for. */
  tell(call: Call, document: ReturnType<typeof problemDocument>): object;
}

/** The door for existing hook.io clients. */
export function hookioDoor(): HookioDoor {
  return { answer, isClient, requireInvocation, tell };
}

function answer(call: Call, response: ServerResponse): boolean {
  const { canonical } = call;
  if ("refused" in canonical) return false;
  const meant = endpointOf(canonical);
  if (meant === null) return false;
  respond({ call, canonical, meant, response });
  return true;
}

/** The header that nothing but hook.io's own client sends. Other callers are judged by rules alone. */
function isClient({ request }: Call): boolean {
  return (request.headers["hookio-private-key"] ?? "") !== "";
}

function requireInvocation(call: Call, key: VerifiedKey): void {
  if (!isClient(call)) return;
  const { workspaceId, keyId, secretId, name, customer, scopes } = key;
  const customerId = customer?.id ?? null;
  const { address } = call;
  const endpoint = `${call.sent.method} /{workspace}/{service}`;
  const actor = { workspaceId, keyId, secretId, name, customerId, scopes, address, endpoint };
  call.reason = "SCOPE_REQUIRED";
  call.roleCheck = requireScopeOfDecision({ kind: "key", ...actor }, "invoke:services");
  call.reason = null;
}

function tell(call: Call, document: ReturnType<typeof problemDocument>): object {
  const { status, detail: message } = document;
  const isOurs = isClient(call);
  const isDenied = (status === 401 || status === 403) && call.service?.visibility === "private";
  if (!isDenied) return isOurs ? { ...document, error: true, message } : document;
  const user = call.key === null ? "anonymous" : (call.ruleset?.workspace.slug ?? "anonymous");
  const told = { ...document, error: true, message, user, role: "hook::run" };
  return isOurs ? { ...told, type: unauthorized } : told;
}
