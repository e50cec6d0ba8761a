import type { Call } from "@/lib/gateway/call";
import { queryWithoutCredential } from "@/lib/gateway/credential/credential";
import type { Admission } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { forwardedHeaders } from "@/lib/gateway/upstream/request-headers";
import { injectionOf, queryWith } from "@/lib/services/injection/inject";

/** The head of a request as its upstream gets it, without Host and framing. */
export interface OutgoingHead {
  /** Path and query. */
  target: string;
  /** Flat list of names and values. */
  headers: string[];
}

const noBody = Buffer.alloc(0);

/** An admitted call's head: the caller's credential taken out, the upstream's own secret put in. Throws `unavailable` when that one cannot be opened. */
export function outgoingHead(call: Call, admission: Admission, ports: GatewayPorts): OutgoingHead {
  const { canonical, service, presented } = admission;
  const query = queryWithoutCredential(canonical.query);
  const path = `${service.upstream.path}${canonical.forwardPath}` || "/";
  const target = targetOf(path, query);
  const headers = forwardedHeaders(
    call,
    { canonical, dropsAuthorization: presented.inAuthorization, bodyChanged: presented.bodyChanged },
    ports,
  );
  if (service.injection === null) return { target, headers };
  const injected = injectionOf(service, () => ({
    method: canonical.method,
    target,
    body: presented.body ?? noBody,
    nowMs: Date.now(),
  }));
  if (injected === null) return { target, headers };
  return {
    target: injected.query === null ? target : targetOf(path, queryWith(query, injected.query)),
    headers: [...without(headers, injected.replaces), ...injected.headers],
  };
}

function targetOf(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** Upstreams read `_` as `-`, so a caller's own header of either spelling would stand beside the injected one. */
function without(flat: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at] ?? "";
    if (!names.has(name.replaceAll("_", "-"))) kept.push(name, flat[at + 1] ?? "");
  }
  return kept;
}
