import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { type Call, recordCall } from "@/lib/gateway/call";
import { queryWithoutCredential } from "@/lib/gateway/credential";
import type { Admission } from "@/lib/gateway/judge";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { askForBody, hasBody } from "@/lib/gateway/presented";
import { endRequest, refuseCall } from "@/lib/gateway/refuse";
import { answerHeaders } from "@/lib/gateway/upstream/answer-headers";
import { upstreamProblem, UpstreamTimeout } from "@/lib/gateway/upstream/failure";
import { requestBody } from "@/lib/gateway/upstream/request-body";
import { forwardedHeaders } from "@/lib/gateway/upstream/request-headers";

/** An admitted call and where its answer goes. */
export interface Forwarding {
  call: Call;
  admission: Admission;
  response: ServerResponse;
  ports: GatewayPorts;
}

/** A caller that reads nothing for this long while an answer waits for it is cut off. */
const stalledReaderMs = 120_000;

/** Where a forwarded call stands. `over` is entered once, by whoever ends it first. */
interface Progress {
  stage: "connecting" | "waiting" | "answering" | "over";
  controller: Dispatcher.DispatchController | null;
  dispatchedMs: number;
}

/**
 * Sends an admitted call to its upstream and the answer back, streaming both ways. Whatever ends it (the answer's end,
 * a failure, a timeout, the caller's leaving) records it once.
 */
export function forward(forwarding: Forwarding): void {
  const { call, admission, response, ports } = forwarding;
  const { service } = admission;
  const progress: Progress = { stage: "connecting", controller: null, dispatchedMs: performance.now() };
  const connecting = setTimeout(() => {
    if (progress.stage === "connecting")
      fail(new UpstreamTimeout("connecting took too long"), forwarding, progress);
  }, service.connectTimeoutMs);
  response.once("close", () => {
    clearTimeout(connecting);
    callerLeft(forwarding, progress);
  });
  const body = bodyToSend(forwarding);
  try {
    ports.dispatcher.dispatch(dispatchOptions(forwarding, body), {
      onRequestStart: (controller) => {
        clearTimeout(connecting);
        if (progress.stage === "over") return controller.abort(new Error("The call is over"));
        progress.controller = controller;
        progress.stage = "waiting";
      },
      onResponseStart: (_controller, status, headers) => {
        if (status >= 200) beginAnswer({ status, headers }, forwarding, progress);
      },
      onResponseData: (controller, chunk) => passOn(chunk, controller, forwarding),
      onResponseEnd: () => endAnswer(forwarding, progress),
      onResponseError: (_controller, error) => fail(error, forwarding, progress),
    });
  } catch (error) {
    // undici refuses what cannot be written as HTTP, such as control characters in a header value.
    clearTimeout(connecting);
    fail(error, forwarding, progress);
  }
  if (body !== null && call.request.headers.expect !== undefined) askForBody(call.request, response);
}

/** The path and query that the upstream gets. */
export function upstreamTarget({ canonical, service }: Admission): string {
  const query = queryWithoutCredential(canonical.query);
  const path = `${service.upstream.path}${canonical.forwardPath}` || "/";
  return query === "" ? path : `${path}?${query}`;
}

function dispatchOptions(
  { call, admission, ports }: Forwarding,
  body: Buffer | Readable | null,
): Dispatcher.DispatchOptions {
  const { canonical, service, presented } = admission;
  const headers = forwardedHeaders(
    call,
    { canonical, dropsAuthorization: presented.inAuthorization, bodyChanged: presented.bodyChanged },
    ports,
  );
  const length = call.request.headers["content-length"];
  if (body !== null && presented.body === null && length !== undefined)
    headers.push("content-length", length);
  return {
    origin: service.upstream.origin,
    path: upstreamTarget(admission),
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

function beginAnswer(
  { status, headers }: AnswerHead,
  { call, admission, response }: Forwarding,
  progress: Progress,
): void {
  if (progress.stage === "over") return;
  progress.stage = "answering";
  const { decisionId, requestId } = call;
  response.writeHead(status, answerHeaders(headers, { decisionId, requestId, limits: admission.limits }));
  // A body that is slow to begin, such as server-sent events, does not hold the head back.
  setImmediate(() => {
    if (call.responseBytes === 0 && progress.stage === "answering") response.flushHeaders();
  });
}

function passOn(
  chunk: Buffer,
  controller: Dispatcher.DispatchController,
  { call, response }: Forwarding,
): void {
  call.responseBytes += chunk.length;
  if (response.write(chunk)) return;
  controller.pause();
  const stalled = setTimeout(() => response.destroy(), stalledReaderMs).unref();
  response.once("drain", () => {
    clearTimeout(stalled);
    controller.resume();
  });
}

function endAnswer({ call, response, ports }: Forwarding, progress: Progress): void {
  if (progress.stage === "over") return;
  close(call, progress);
  // The record comes before the last byte: who has the whole answer can rely on its record.
  recordCall(call, { status: response.statusCode, ports });
  response.end();
  endRequest(call);
}

function fail(error: unknown, { call, response, ports }: Forwarding, progress: Progress): void {
  if (progress.stage === "over") return;
  const answering = progress.stage === "answering";
  close(call, progress);
  if (answering) {
    // The head is out: only a broken connection tells the caller that the body is not whole.
    call.reason = "UPSTREAM_ABORTED";
    recordCall(call, { status: response.statusCode, ports });
    response.socket?.resetAndDestroy();
    response.destroy();
    return;
  }
  if (!call.request.complete && call.request.destroyed) return leave({ call, ports });
  const { problem, reason } = upstreamProblem(error);
  call.reason = reason;
  refuseCall(problem, { call, response, ports });
}

function callerLeft({ call, ports }: Forwarding, progress: Progress): void {
  if (progress.stage === "over") return;
  close(call, progress);
  progress.controller?.abort(new Error("The caller left"));
  leave({ call, ports });
}

function leave({ call, ports }: { call: Call; ports: GatewayPorts }): void {
  call.reason = "CLIENT_LEFT";
  recordCall(call, { status: 499, ports });
}

function close(call: Call, progress: Progress): void {
  progress.stage = "over";
  call.upstreamMs = performance.now() - progress.dispatchedMs;
}
