import type { Call } from "@/lib/gateway/call";
import { queryWithoutCredential } from "@/lib/gateway/credential/credential";
import type { Target } from "@/lib/gateway/forward-auth/target";
import type { Admission } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { refusalAnswer } from "@/lib/gateway/refusal/refuse";
import { pushIdentity } from "@/lib/gateway/upstream/request-headers";

/** What a proxy is answered. Never a redirect. */
export interface ForwardAuthAnswer {
  call: Call;
  /** The status that the caller should get, for the record. */
  statusMeant: number;
  status: number;
  /** Names and values in turn. */
  headers: (string | number)[];
  body: Buffer | null;
}

/** The headers that a proxy copies into what it forwards. */
export const copiedHeaders = [
  "x-latchkey-decision",
  "x-latchkey-workspace",
  "x-latchkey-key-id",
  "x-latchkey-key-name",
  "x-latchkey-environment",
  "x-latchkey-scopes",
  "x-latchkey-customer",
  "x-latchkey-subject-id",
  "x-latchkey-subject",
  "x-latchkey-issuer",
  "authorization",
] as const;

/** A call that may be forwarded: whose it is, the address to forward, and how the limits stand. */
export function allowed(call: Call, { canonical, service, presented, limits }: Admission): ForwardAuthAnswer {
  const headers: string[] = [];
  pushIdentity(headers, call);
  // What is not ours belongs to the upstream; a proxy that copies it drops ours.
  const { authorization } = call.request.headers;
  if (authorization !== undefined && !presented.inAuthorization) headers.push("authorization", authorization);
  if (service.forwardAuth.dialect === "caddy") pushAbsent(headers);
  const query = queryWithoutCredential(canonical.query);
  const path = canonical.forwardPath || "/";
  headers.push("x-latchkey-uri", query === "" ? path : `${path}?${query}`);
  for (const name in limits) headers.push(name, limits[name] ?? "");
  headers.push("cache-control", "no-store");
  return { call, statusMeant: 204, status: 204, headers, body: null };
}

/** Of an absent header Caddy 2.6 copies the name of its own variable, later ones leave what the caller sent. */
function pushAbsent(headers: string[]): void {
  for (const name of copiedHeaders) if (!headers.includes(name)) headers.push(name, "");
}

/** What is behind a refusal. */
interface Refused {
  call: Call;
  /** Null where the address itself could not be read. */
  target: Target | null;
  ports: GatewayPorts;
}

/** A call that may not be forwarded. */
export function refused(error: unknown, { call, target, ports }: Refused): ForwardAuthAnswer {
  const { status: statusMeant, headers, body } = refusalAnswer(error, { call, ports });
  const status = target?.refusesWith403 === true && statusMeant !== 401 ? 403 : statusMeant;
  const flat = Object.entries(headers).flat();
  flat.push("x-latchkey-status", statusMeant);
  return { call, statusMeant, status, headers: flat, body };
}
