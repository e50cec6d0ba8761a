import { type ClientRequest, type IncomingMessage, request as httpRequest, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Call, openCall, recordCall, recordOpened } from "@/lib/gateway/call";
import { type Admission, judge } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { refuseCall } from "@/lib/gateway/refusal/refuse";
import { answerHeaders } from "@/lib/gateway/upstream/answer-headers";
import { upstreamProblem, UpstreamTimeout } from "@/lib/gateway/upstream/failure";
import { outgoingHead } from "@/lib/gateway/upstream/outgoing";
import { headersWithoutSecret } from "@/lib/services/injection/inject";

/** A request that asks for its connection, and the connection. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  /** What came after the request's head. */
  head: Buffer;
  ports: GatewayPorts;
}

/** Whether a request asks for a WebSocket (RFC 6455). */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    (headers.upgrade ?? "")
      .toLowerCase()
      .split(",")
      .some((each) => each.trim() === "websocket")
  );
}

interface Opening extends Upgrade {
  call: Call;
  /** Answers over the raw connection, should it come to no tunnel. */
  response: ServerResponse;
}

/** Judges a WebSocket's opening like any request, then joins both connections; or answers in HTTP. Recorded when it ends. */
export function handleUpgrade(upgrade: Upgrade): void {
  const { request, socket, ports } = upgrade;
  socket.on("error", () => socket.destroy());
  const call = openCall(request, ports);
  const opening: Opening = { ...upgrade, call, response: responseOn(socket, request) };
  const refuse = (error: unknown) => refuseCall(error, opening);
  try {
    const admission = judge({ call, ports, source: { request, response: null } });
    if (!(admission instanceof Promise)) return openTunnel(opening, admission);
    admission.then((late) => openTunnel(opening, late)).catch(refuse);
  } catch (error) {
    refuse(error);
  }
}

function responseOn(socket: Duplex, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  if (socket instanceof Socket) response.assignSocket(socket);
  response.once("finish", () => socket.end());
  return response;
}

/** Which of several endings came first; the others are then overlooked. */
interface Outcome {
  settled: boolean;
  startedMs: number;
}

function openTunnel(opening: Opening, admission: Admission): void {
  const { call, socket, ports } = opening;
  const { service } = admission;
  const outcome: Outcome = { settled: false, startedMs: performance.now() };
  const asking = askUpstream(opening, admission);
  const fail = (error: unknown) => {
    asking.destroy();
    if (!settle(outcome, call)) return;
    const { problem, reason } = upstreamProblem(error);
    call.reason = reason;
    refuseCall(problem, opening);
  };
  const late = setTimeout(
    () => fail(new UpstreamTimeout("no answer")),
    service.connectTimeoutMs + service.responseTimeoutMs,
  );
  const left = () => {
    asking.destroy();
    if (!settle(outcome, call)) return;
    call.reason = "CLIENT_LEFT";
    recordCall(call, { status: 499, ports });
  };
  socket.once("close", left);
  asking.once("close", () => clearTimeout(late)).once("error", fail);
  asking.once("response", (answer: IncomingMessage) => {
    clearTimeout(late);
    if (settle(outcome, call)) passAnswer(answer, opening, admission);
  });
  asking.once("upgrade", (answer: IncomingMessage, upstream: Socket, head: Buffer) => {
    clearTimeout(late);
    if (!settle(outcome, call)) return void upstream.destroy();
    join({ answer, upstream, head }, opening, admission);
  });
  asking.end();
}

function settle(outcome: Outcome, call: Call): boolean {
  if (outcome.settled) return false;
  outcome.settled = true;
  call.upstreamMs = performance.now() - outcome.startedMs;
  return true;
}

function askUpstream({ call, ports }: Opening, admission: Admission): ClientRequest {
  const origin = new URL(admission.service.upstream.origin);
  const { target, headers } = outgoingHead(call, admission, ports);
  return httpRequest({
    method: "GET",
    path: target,
    headers: ["host", origin.host, ...headers, "connection", "Upgrade", "upgrade", "websocket"],
    createConnection: (_options, made) => {
      ports.connect(origin).then(
        (socket) => made(null, socket),
        (error: Error) => made(error, new Socket()),
      );
      return undefined;
    },
  });
}

/** The upstream did not switch protocols: its answer goes to the caller as it would for any request. */
function passAnswer(
  answer: IncomingMessage,
  { call, response, socket, ports }: Opening,
  { limits, service }: Admission,
): void {
  const { decisionId, requestId } = call;
  const status = answer.statusCode ?? 502;
  recordOpened(call, { status, ports });
  const flat = answerHeaders(answer.headers, { decisionId, requestId, limits });
  response.writeHead(status, headersWithoutSecret(service, flat));
  answer.on("data", (chunk: Buffer) => (call.responseBytes += chunk.length));
  answer.once("close", () => {
    if (!answer.complete) call.reason = "UPSTREAM_ABORTED";
    recordCall(call, { status, ports });
    if (!answer.complete) socket.destroy();
  });
  answer.pipe(response);
}

interface Switched {
  answer: IncomingMessage;
  upstream: Socket;
  head: Buffer;
}

function join(
  { answer, upstream, head }: Switched,
  { call, socket, head: early, response, ports }: Opening,
  { limits, service }: Admission,
): void {
  recordOpened(call, { status: 101, ports });
  if (socket instanceof Socket) response.detachSocket(socket);
  const { decisionId, requestId } = call;
  const flat = [
    "connection",
    "Upgrade",
    "upgrade",
    "websocket",
    ...headersWithoutSecret(service, answerHeaders(answer.headers, { decisionId, requestId, limits })),
  ];
  let text = "HTTP/1.1 101 Switching Protocols\r\n";
  for (let at = 0; at + 1 < flat.length; at += 2) text += `${flat[at] ?? ""}: ${flat[at + 1] ?? ""}\r\n`;
  socket.write(Buffer.concat([Buffer.from(`${text}\r\n`, "latin1"), head]));
  if (early.length > 0) upstream.write(early);
  call.responseBytes += head.length;
  call.requestBytes += early.length;
  socket.on("data", (chunk: Buffer) => (call.requestBytes += chunk.length));
  upstream.on("data", (chunk: Buffer) => (call.responseBytes += chunk.length));
  const end = () => {
    socket.destroy();
    upstream.destroy();
    recordCall(call, { status: 101, ports });
  };
  upstream.on("error", end).once("close", end);
  socket.once("close", end);
  socket.pipe(upstream).pipe(socket);
}
