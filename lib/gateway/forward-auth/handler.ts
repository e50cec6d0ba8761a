import type { IncomingMessage, ServerResponse } from "node:http";
import { recordCall, recordCallWithTurn } from "@/lib/gateway/call";
import type { ForwardAuthAnswer } from "@/lib/gateway/forward-auth/answer";
import { askForwardAuth } from "@/lib/gateway/forward-auth/ask";
import { ownPorts } from "@/lib/gateway/own-ports";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { hasBody } from "@/lib/gateway/credential/presented";
import { endRequest } from "@/lib/gateway/refusal/refuse";
import { atEndOfTurn } from "@/lib/process/end-of-turn";

const path = "/api/v1/forward-auth";

/** Whether a request is a proxy's question, whatever its method. */
export function isForwardAuth(url: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === "?");
}

let ports: GatewayPorts | null = null;

/** `/api/v1/forward-auth` straight from `node:http`. Never throws. */
export function handleForwardAuth(request: IncomingMessage, response: ServerResponse): void {
  ports ??= ownPorts();
  answerForwardAuth({ request, response, ports });
}

/** The same over given rooms. */
export function answerForwardAuth(asking: {
  request: IncomingMessage;
  response: ServerResponse;
  ports: GatewayPorts;
}): void {
  const answer = askForwardAuth(asking);
  if (answer instanceof Promise) void answer.then((late) => send(late, asking));
  else send(answer, asking);
}

function send(
  { call, status, statusMeant, headers, body }: ForwardAuthAnswer,
  { response, ports: rooms }: { response: ServerResponse; ports: GatewayPorts },
): void {
  if (response.destroyed) {
    call.reason ??= "CLIENT_LEFT";
    return recordCall(call, { status: 499, ports: rooms });
  }
  const leavesNoRecord = call.recorded || call.ruleset === null;
  recordCallWithTurn(call, { status: statusMeant, ports: rooms });
  // A body that was announced and not read may never come, and what comes instead must not be read as one.
  if (!call.request.complete && hasBody(call.request)) headers.push("connection", "close");
  response.writeHead(status, headers);
  const leave = () => {
    response.end(body ?? undefined);
    endRequest(call);
  };
  if (leavesNoRecord) leave();
  else atEndOfTurn(leave);
}
