import { create, toBinary, type JsonObject } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Metadata, type handleUnaryCall } from "@grpc/grpc-js";
import { z } from "zod";
import { takeCall } from "@/lib/api/key-caller";
import { inputProblem } from "@/lib/api/router";
import { newId } from "@/lib/db/id";
import { callerOf } from "@/lib/grpc/calls/caller";
import { statusOf } from "@/lib/grpc/calls/status";
import { KeyEnvironment } from "@/lib/grpc/generated/latchkey/v1/key_pb";
import {
  VerifyCode,
  VerifyKeyRequestSchema,
  VerifyKeyResponseSchema,
  VerifyRateLimitSchema,
} from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { parsed } from "@/lib/grpc/messages/parsed";
import { readMessage } from "@/lib/grpc/messages/read-request";
import { VerifyRequest, type VerifyAnswer } from "@/lib/keys/schema";
import { verifyKey } from "@/lib/keys/verify";
import { limitHeaders } from "@/lib/limits/headers";

/**
 * `VerifyKey`, the call that others make once for each of theirs: the operation of HTTP, with messages read and written
 * by hand and nothing awaited while caller, key and rules are warm.
 */
export const verifyKeyCall: handleUnaryCall<Buffer, Uint8Array> = (call, callback) => {
  const context = { requestId: newId("req"), startedAt: performance.now() };
  const metadata = new Metadata();
  const send = (answer: VerifyAnswer) => {
    call.sendMetadata(metadata);
    callback(null, bytesOf(answer));
  };
  const refuse = (error: unknown) => callback(statusOf(error, { requestId: context.requestId, metadata }));
  try {
    const answer = andThen(callerOf(call), ({ actor, key }) => {
      const taken = takeCall(key, (outcome) => {
        for (const [name, value] of Object.entries(limitHeaders(outcome))) metadata.set(name, value);
      });
      return andThen(taken, () => verifyKey(actor, requestOf(call.request), context));
    });
    if (answer instanceof Promise) answer.then(send).catch(refuse);
    else send(answer);
  } catch (error) {
    refuse(error);
  }
};

function requestOf(bytes: Uint8Array): VerifyRequest {
  const message = readMessage(VerifyKeyRequestSchema, bytes);
  const { key, scopes, scopeExpression, service, method, path, cost, ip, origin } = message;
  if (scopeExpression !== undefined && scopes.length > 0)
    throw inputProblem([{ path: ["scopes"], message: "are a list or an expression, not both" }]);
  return parsed(VerifyRequest, {
    key,
    scopes: scopeExpression ?? scopes,
    service,
    method,
    path,
    cost,
    ip,
    origin,
  });
}

const environments = { live: KeyEnvironment.LIVE, test: KeyEnvironment.TEST };

function bytesOf(answer: VerifyAnswer): Uint8Array {
  const { environment, expiresAt, rateLimit, retryAfterSeconds } = answer;
  const message = create(VerifyKeyResponseSchema, {
    valid: answer.valid,
    code: VerifyCode[answer.code],
    keyId: answer.keyId ?? undefined,
    name: answer.name ?? undefined,
    customer: answer.customer ?? undefined,
    customerExternalId: answer.customerExternalId ?? undefined,
    environment: environment === null ? KeyEnvironment.UNSPECIFIED : environments[environment],
    scopes: answer.scopes,
    roles: answer.roles,
    metadata: plainJson(answer.metadata),
    decision: answer.decision,
    requestId: answer.requestId,
    limits: answer.limits.map((limit) => ({
      name: limit.name,
      windowSeconds: BigInt(limit.windowSeconds),
      ...standing(limit),
    })),
  });
  if (retryAfterSeconds !== null) message.retryAfterSeconds = BigInt(retryAfterSeconds);
  if (expiresAt !== null) message.expiresAt = timestampFromDate(new Date(expiresAt));
  if (rateLimit !== null) message.rateLimit = create(VerifyRateLimitSchema, standing(rateLimit));
  return toBinary(VerifyKeyResponseSchema, message);
}

/** How a limit stands, with the wide integers and times of messages. */
function standing(limit: { limit: number; remaining: number; resetAt: string }) {
  return {
    limit: BigInt(limit.limit),
    remaining: BigInt(limit.remaining),
    resetAt: timestampFromDate(new Date(limit.resetAt)),
  };
}

const Json = z.record(z.string(), z.json());

/** A warm key's metadata is one object, looked through once. */
const known = new WeakMap<object, JsonObject>();

function plainJson(metadata: Readonly<Record<string, unknown>>): JsonObject {
  let plain = known.get(metadata);
  if (plain === undefined) known.set(metadata, (plain = Json.parse(metadata)));
  return plain;
}

/** Goes on at once with what is there, and later with what is promised. */
function andThen<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
