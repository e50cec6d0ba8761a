import type { ServerResponse } from "node:http";
import { Problem, problemDocument, problemHeaders } from "@/lib/api/problem";
import { type Call, recordCall, recordCallWithTurn } from "@/lib/gateway/call";
import { ClientLeft } from "@/lib/gateway/credential/presented";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { atEndOfTurn } from "@/lib/process/end-of-turn";
import { log } from "@/lib/log";

/** How long a refused caller may go on sending its body before the connection is cut. */
const lingerMs = 2_000;

/** What a refusal needs besides its reason. */
export interface Refusing {
  call: Call;
  response: ServerResponse;
  ports: GatewayPorts;
}

/** Records a call that goes no further, and answers it with a problem document. */
export function refuseCall(error: unknown, { call, response, ports }: Refusing): void {
  if (error instanceof ClientLeft || response.destroyed) {
    call.reason ??= "CLIENT_LEFT";
    return recordCall(call, { status: 499, ports });
  }
  const { status, headers, body } = refusalAnswer(error, { call, ports });
  const leavesNoRecord = call.recorded || call.ruleset === null;
  recordCallWithTurn(call, { status, ports });
  response.writeHead(status, headers);
  const leave = () => {
    response.end(body);
    endRequest(call);
  };
  // A disk that refuses records does not hold back what has none.
  if (leavesNoRecord) leave();
  else atEndOfTurn(leave);
}

/** A refusal as a problem document: what its sender gets. Writes its reason and size into the call. */
export function refusalAnswer(
  error: unknown,
  { call, ports }: { call: Call; ports: Pick<GatewayPorts, "docsOrigin" | "hookio"> },
): { status: number; headers: Record<string, string | number>; body: Buffer } {
  const problem = asProblem(error, call);
  const document = problemDocument(problem, call.requestId);
  const located = { ...document, type: `${ports.docsOrigin}${document.type}` };
  const told = call.source === "gateway" ? (ports.hookio?.tell(call, located) ?? located) : located;
  const body = Buffer.from(JSON.stringify(told));
  call.responseBytes = call.request.method === "HEAD" ? 0 : body.length;
  const headers = {
    ...problemHeaders(problem),
    ...call.limitHeaders,
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-latchkey-decision": call.decisionId,
    "x-request-id": call.requestId,
  };
  return { status: document.status, headers, body };
}

/** Lets the rest of a body that nobody reads arrive for a moment, so that its sender reads the answer; then cuts it. */
export function endRequest({ request }: Call): void {
  if (request.complete || request.destroyed) return;
  const cut = setTimeout(() => request.socket.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(cut));
  request.resume();
}

/** A failure of ours is told without its cause, which goes to the log. */
function asProblem(error: unknown, call: Call): Problem {
  if (error instanceof Problem) {
    call.reason ??=
      error.kind === "two-credentials"
        ? "TWO_CREDENTIALS"
        : (call.ruling?.reason ?? error.kind.toUpperCase().replaceAll("-", "_"));
    return error;
  }
  call.reason ??= "INTERNAL";
  log.error({ err: error, requestId: call.requestId }, "a call failed in the gateway");
  return new Problem("internal", "The gateway failed to answer. The call was not forwarded.");
}
