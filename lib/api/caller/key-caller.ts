import type { KeyActor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import { isAllowedOrigin } from "@/lib/keys/verification/allowed-origin";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { consumeLimits } from "@/lib/limits/consume";
import type { LimitOutcome } from "@/lib/limits/outcome";

/** A caller that is a key: who it is, and what its limits are about. */
export interface KeyCaller {
  actor: KeyActor;
  key: VerifiedKey;
}

/**
 * The caller as a key, within its address list; the same over HTTP and gRPC. What is wrong with a value is told by its
 * code alone. Synchronous while the secret is warm. Throws `unauthorized`, `forbidden`, `unavailable`.
 */
export function keyCaller(value: string, way: WayOfCaller): KeyCaller | Promise<KeyCaller> {
  const result = authenticateSecret(value, { address: way.address });
  return result instanceof Promise
    ? result.then((late) => callerFrom(late, { value, ...way }))
    : callerFrom(result, { value, ...way });
}

/** Where a caller comes from, and how. `origin` is what a browser sends as Origin. */
export interface WayOfCaller {
  via: "api" | "gateway" | "grpc";
  /** Method and template of what is called, as {@link KeyActor} names it. */
  endpoint: string;
  address: string | null;
  origin: string | undefined;
}

function callerFrom(result: Authentication, way: WayOfCaller & { value: string }): KeyCaller {
  const { address, endpoint } = way;
  if (!result.ok) {
    noteFailedAuthentication({ ...way, reason: result.code, key: result.key });
    throw refusal(result.code);
  }
  const { key } = result;
  if (!isAllowedAddress(key.allowedIps, address)) {
    noteFailedAuthentication({ ...way, reason: "IP_FORBIDDEN", key });
    throw new Problem("forbidden", "This key may not be used from this address.");
  }
  if (!isAllowedOrigin(key.allowedOrigins, way.origin)) {
    noteFailedAuthentication({ ...way, reason: "ORIGIN_FORBIDDEN", key });
    throw new Problem("forbidden", "This key may not be used by this page's origin.");
  }
  const { workspaceId, keyId, secretId, name, customer, scopes } = key;
  const customerId = customer?.id ?? null;
  return {
    actor: { kind: "key", workspaceId, keyId, secretId, name, customerId, scopes, address, endpoint },
    key,
  };
}

function refusal(code: string): Problem {
  if (code === "BUSY")
    return new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 1 });
  return new Problem("unauthorized", "This key is not good here.", { members: { code } });
}

/**
 * Takes one call from the caller's own limits; `tell` hears how they stand, on a refusal too. Synchronous where the
 * limits are. Throws `rate-limited`.
 */
export function takeCall(key: VerifiedKey, tell: (outcome: LimitOutcome) => void): void | Promise<void> {
  const outcome = consumeLimits(key, 1);
  return outcome instanceof Promise ? outcome.then((late) => judge(late, tell)) : judge(outcome, tell);
}

function judge(outcome: LimitOutcome, tell: (outcome: LimitOutcome) => void): void {
  tell(outcome);
  if (!outcome.ok)
    throw new Problem("rate-limited", "A limit of this key was reached.", {
      retryAfterSeconds: outcome.retryAfterSeconds,
      members: { code: outcome.code },
    });
}
