import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { type Call, recordCall, recordCallWithTurn, recordOpened } from "@/lib/gateway/call";
import type { Admission } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { askForBody, hasBody } from "@/lib/gateway/credential/presented";
import { endRequest, refuseCall } from "@/lib/gateway/refusal/refuse";
import { answerHeaders } from "@/lib/gateway/upstream/answer-headers";
import {
  awaitConnection,
  type Connecting,
  stopWaiting,
} from "@/lib/gateway/upstream/connection/connect-deadline";
import { upstreamProblem, UpstreamTimeout } from "@/lib/gateway/upstream/failure";
import { headersWithoutSecret } from "@/lib/services/injection/inject";
import { atEndOfTurn } from "@/lib/process/end-of-turn";
import { sendWhole } from "@/lib/process/send-whole";
import { requestBody } from "@/lib/gateway/upstream/request-body";
import { outgoingHead } from "@/lib/gateway/upstream/outgoing";

/** An admitted call and where its answer goes. */
export interface Forwarding {
  call: Call;
  admission: Admission;
  response: ServerResponse;
  ports: GatewayPorts;
}

/** A caller that reads nothing for this long while an answer waits for it is cut off. */
const stalledReaderMs = 120_000;

/** A body of at most this many bytes that comes in one piece is written together with its head. */
const smallBodyBytesMax = 16 * 1024;

/** Where a forwarded call stands. `over` is entered once, by whoever ends it first. */
interface Transit extends Forwarding, Connecting {
  stage: "connecting" | "waiting" | "answering" | "over";
  controller: Dispatcher.DispatchController | null;
  dispatchedMs: number;
  /** Content-Length of the answer, or -1. */
  length: number;
  /** The whole body, while only its end is still to be told. */
  whole: Buffer | null;
}

/**
 * Sends an admitted call to its upstream and the answer back, streaming both ways. Whatever ends it (the answer's end,
 * a failure, a timeout, the caller's leaving) records it once.
 */
export function forward(forwarding: Forwarding): void {
  const { call, admission, response, ports } = forwarding;
  const transit = openTransit(forwarding);
  awaitConnection(transit);
  response.on("close", () => callerLeft(transit));
  const body = bodyToSend(forwarding);
  try {
    ports.dispatcher.dispatch(dispatchOptions(transit, body), handlerOf(transit));
  } catch (error) {
    // undici refuses what cannot be written as HTTP, such as control characters in a header value.
    fail(error, transit);
  }
  if (body !== null && admission.presented.body === null) askForBody(call.request, response);
}

// Methods in shorthand, here and below: as named arrow functions they would cost a good part of the whole call.
function openTransit({ call, admission, response, ports }: Forwarding): Transit {
  const dispatchedMs = performance.now();
  return {
    call,
    admission,
    response,
    ports,
    stage: "connecting",
    controller: null,
    dispatchedMs,
    deadlineMs: dispatchedMs + admission.service.connectTimeoutMs,
    place: -1,
    length: -1,
    whole: null,
    giveUp() {
      fail(new UpstreamTimeout("Connecting took too long"), this);
    },
  };
}

function handlerOf(transit: Transit): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller) {
      stopWaiting(transit);
      if (transit.stage === "over") return controller.abort(new Error("The call is over"));
      transit.controller = controller;
      transit.stage = "waiting";
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) beginAnswer({ status, headers }, transit);
    },
    onResponseData(controller, chunk) {
      passOn(chunk, controller, transit);
    },
    onResponseEnd() {
      endAnswer(transit);
    },
    onResponseError(_controller, error) {
      fail(error, transit);
    },
  };
}

function dispatchOptions(
  { call, admission, ports }: Forwarding,
  body: Buffer | Readable | null,
): Dispatcher.DispatchOptions {
  const { canonical, service, presented } = admission;
  const { target, headers } = outgoingHead(call, admission, ports);
  const length = call.request.headers["content-length"];
  if (body !== null && presented.body === null && length !== undefined)
    headers.push("content-length", length);
  return {
    origin: service.upstream.origin,
    path: target,
    method: canonical.method,
    headers,
    body,
    headersTimeout: service.responseTimeoutMs,
    bodyTimeout: service.responseTimeoutMs,
  };
}

function bodyToSend({ call, admission }: Forwarding): Buffer | Readable | null {
  const { body } = admission.presented;
  if (body !== null) {
    call.requestBytes = body.length;
    return body;
  }
  if (!hasBody(call.request)) return null;
  return requestBody(call.request, (count) => (call.requestBytes += count));
}

interface AnswerHead {
  status: number;
  headers: IncomingHttpHeaders;
}

function beginAnswer({ status, headers }: AnswerHead, transit: Transit): void {
  if (transit.stage === "over") return;
  transit.stage = "answering";
  const { call, admission, response } = transit;
  const { decisionId, requestId } = call;
  transit.length = Number(headers["content-length"] ?? -1);
  const flat = answerHeaders(headers, { decisionId, requestId, limits: admission.limits });
  response.writeHead(status, headersWithoutSecret(admission.service, flat));
  // A body that did not come along with its head, such as server-sent events, does not hold the head back.
  if (transit.length < 0 || transit.length > smallBodyBytesMax) process.nextTick(showHead, transit);
}

function showHead({ call, stage, response, ports }: Transit): void {
  if (call.responseBytes > 0 || stage !== "answering") return;
  recordOpened(call, { status: response.statusCode, ports });
  response.flushHeaders();
}

function passOn(chunk: Buffer, controller: Dispatcher.DispatchController, transit: Transit): void {
  const { call, response } = transit;
  if (call.responseBytes === 0 && chunk.length === transit.length && chunk.length <= smallBodyBytesMax)
    transit.whole = chunk;
  call.responseBytes += chunk.length;
  if (transit.whole !== null) return;
  noteProgress(transit);
  if (response.write(chunk)) return;
  controller.pause();
  const stalled = setTimeout(() => response.destroy(), stalledReaderMs).unref();
  response.once("drain", () => {
    clearTimeout(stalled);
    controller.resume();
  });
}

/** The verdict is written down before the answer's head, how it ended before its last byte. */
function noteProgress({ call, response, ports, length, dispatchedMs }: Transit): void {
  const recording = { status: response.statusCode, ports };
  if (call.responseBytes !== length) return recordOpened(call, recording);
  call.upstreamMs = performance.now() - dispatchedMs;
  recordCall(call, recording);
}

function endAnswer(transit: Transit): void {
  if (transit.stage === "over") return;
  close(transit);
  const { call, response, ports, whole } = transit;
  recordCallWithTurn(call, { status: response.statusCode, ports });
  atEndOfTurn(() => {
    // Node joins a head with text into one write, but not with bytes; latin1 keeps every byte.
    if (whole === null) response.end();
    else sendWhole(response, whole.toString("latin1"), "latin1");
    endRequest(call);
  });
}

function fail(error: unknown, transit: Transit): void {
  if (transit.stage === "over") return;
  const answering = transit.stage === "answering";
  close(transit);
  const { call, response, ports } = transit;
  if (answering) {
    // The head is out: only a broken connection tells the caller that the body is not whole.
    call.reason = "UPSTREAM_ABORTED";
    recordCall(call, { status: response.statusCode, ports });
    response.socket?.resetAndDestroy();
    response.destroy();
    return;
  }
  if (!call.request.complete && call.request.destroyed) return leave(transit);
  const { problem, reason } = upstreamProblem(error);
  call.reason = reason;
  refuseCall(problem, { call, response, ports });
}

function callerLeft(transit: Transit): void {
  if (transit.stage === "over") return;
  close(transit);
  transit.controller?.abort(new Error("The caller left"));
  leave(transit);
}

function leave({ call, ports }: Transit): void {
  call.reason = "CLIENT_LEFT";
  recordCall(call, { status: 499, ports });
}

function close(transit: Transit): void {
  transit.stage = "over";
  stopWaiting(transit);
  transit.call.upstreamMs = performance.now() - transit.dispatchedMs;
}
