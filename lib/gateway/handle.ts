import type { IncomingMessage, ServerResponse } from "node:http";
import { openCall } from "@/lib/gateway/call";
import { judge } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { refuseCall } from "@/lib/gateway/refusal/refuse";
import { forward } from "@/lib/gateway/upstream/forward";

/** Answers one request: judged, then forwarded or refused, and recorded either way. Never throws. */
export function handleCall(request: IncomingMessage, response: ServerResponse, ports: GatewayPorts): void {
  if (request.url === "/healthz") return answerHealth(response);
  const call = openCall(request, ports);
  if (ports.hookio?.answer(call, response) === true) return;
  try {
    const admission = judge({ call, ports, source: { request, response } });
    if (!(admission instanceof Promise)) return forward({ call, admission, response, ports });
    admission
      .then((late) => forward({ call, admission: late, response, ports }))
      .catch((error: unknown) => refuseCall(error, { call, response, ports }));
  } catch (error) {
    refuseCall(error, { call, response, ports });
  }
}

/** The gateway takes connections. The name is reserved, so no workspace can have it. */
function answerHealth(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" }).end("ok\n");
}
