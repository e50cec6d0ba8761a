import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { z } from "zod";
import { KeyEnvironment } from "@/lib/grpc/generated/latchkey/v1/key_pb";
import {
  VerifyCode,
  VerifyKeyResponseSchema,
  VerifyLimitSchema,
  VerifyRateLimitSchema,
} from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { callOf, identityOf, type Verification } from "@/lib/keys/verification/verify-answer";

const identities = new WeakMap<VerifiedKey, Uint8Array>();

/**
 * A verification as the bytes of `VerifyKeyResponse`. What is said of a key is written once for as long as it stays in
 * memory unchanged: bytes of two messages after each other are the bytes of both in one.
 */
export function answerBytes(verification: Verification): Uint8Array {
  const { key } = verification;
  if (key === null) return callBytes(verification);
  let identity = identities.get(key);
  if (identity === undefined) identities.set(key, (identity = identityBytes(key)));
  return Buffer.concat([identity, callBytes(verification)]);
}

const Json = z.record(z.string(), z.json());
const environments = { live: KeyEnvironment.LIVE, test: KeyEnvironment.TEST };

function identityBytes(key: VerifiedKey): Uint8Array {
  const { keyId, name, customer, customerExternalId, environment, expiresAt, ...rest } = identityOf(key);
  const message = create(VerifyKeyResponseSchema, {
    keyId: keyId ?? undefined,
    name: name ?? undefined,
    customer: customer ?? undefined,
    customerExternalId: customerExternalId ?? undefined,
    scopes: rest.scopes,
    roles: rest.roles,
    metadata: Json.parse(rest.metadata),
  });
  if (environment !== null) message.environment = environments[environment];
  if (expiresAt !== null) message.expiresAt = timeOf(expiresAt);
  return toBinary(VerifyKeyResponseSchema, message);
}

/** A caller that may know nothing of the key is told empty metadata, as over HTTP. */
function callBytes(verification: Verification): Uint8Array {
  const { code, key } = verification;
  const { rateLimit, limits, retryAfterSeconds, decision, requestId } = callOf(verification);
  const message = create(VerifyKeyResponseSchema, { valid: code === "VALID", decision, requestId });
  message.code = VerifyCode[code];
  if (key === null) message.metadata = {};
  if (rateLimit !== null) message.rateLimit = create(VerifyRateLimitSchema, standing(rateLimit));
  if (retryAfterSeconds !== null) message.retryAfterSeconds = BigInt(retryAfterSeconds);
  message.limits = limits.map((limit) =>
    create(VerifyLimitSchema, {
      name: limit.name,
      windowSeconds: BigInt(limit.windowSeconds),
      ...standing(limit),
    }),
  );
  return toBinary(VerifyKeyResponseSchema, message);
}

/** How a limit stands, with the wide integers and times of messages. */
function standing(limit: { limit: number; remaining: number; resetAt: string }) {
  return {
    limit: BigInt(limit.limit),
    remaining: BigInt(limit.remaining),
    resetAt: timeOf(limit.resetAt),
  };
}

function timeOf(text: string) {
  return timestampFromDate(new Date(text));
}
