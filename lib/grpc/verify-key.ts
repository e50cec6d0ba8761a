import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Metadata, type handleUnaryCall } from "@grpc/grpc-js";
import { takeCall } from "@/lib/api/caller/key-caller";
import { inputProblem } from "@/lib/api/router";
import { newId } from "@/lib/db/id";
import { callerOf } from "@/lib/grpc/calls/caller";
import { statusOf } from "@/lib/grpc/calls/status";
import { VerifyKeyRequestSchema } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { parsed } from "@/lib/grpc/messages/parsed";
import { readMessage } from "@/lib/grpc/messages/read-request";
import { answerBytes } from "@/lib/grpc/messages/verify-answer";
import { VerifyRequest } from "@/lib/keys/verification/schema";
import { verifyAndShow } from "@/lib/keys/verification/verify";
import { limitHeaders } from "@/lib/limits/headers";
import { atEndOfTurn } from "@/lib/process/end-of-turn";

/**
 * `VerifyKey`, the call that others make once for each of theirs: the operation of HTTP, with messages read and written
 * by hand, nothing awaited while caller, key and rules are warm, and one write to disk for all records of a turn.
 */
export const verifyKeyCall: handleUnaryCall<Buffer, Uint8Array> = (call, callback) => {
  const startedAt = performance.now();
  const requestId = newId("req");
  const metadata = new Metadata();
  let told = false;
  const send = (bytes: Uint8Array) =>
    atEndOfTurn(() => {
      if (told) call.sendMetadata(metadata);
      callback(null, bytes);
    });
  const refuse = (error: unknown) => callback(statusOf(error, { requestId, metadata }));
  const context = { requestId, startedAt, leavesWithTurn: true, show: answerBytes } as const;
  try {
    const bytes = andThen(callerOf(call), ({ actor, key }) => {
      const taken = takeCall(key, (outcome) => {
        for (const [name, value] of Object.entries(limitHeaders(outcome))) metadata.set(name, value);
        told = outcome.states.length > 0;
      });
      return andThen(taken, () => verifyAndShow(actor, requestOf(call.request), context));
    });
    if (bytes instanceof Promise) bytes.then(send).catch(refuse);
    else send(bytes);
  } catch (error) {
    refuse(error);
  }
};

function requestOf(bytes: Uint8Array): VerifyRequest {
  const message = readMessage(VerifyKeyRequestSchema, bytes);
  const { key, scopes, scopeExpression, service, method, path, cost, ip, origin } = message;
  const { headers, query } = message;
  if (scopeExpression !== undefined && scopes.length > 0)
    throw inputProblem([{ path: ["scopes"], message: "are a list or an expression, not both" }]);
  const body = message.body === undefined ? undefined : toJson(ValueSchema, message.body);
  const called = { service, method, path, headers, query, body, ip, origin };
  return parsed(VerifyRequest, { key, scopes: scopeExpression ?? scopes, cost, ...called });
}

/** Goes on at once with what is there, and later with what is promised. */
function andThen<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
