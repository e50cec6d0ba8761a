import type { VerifyAnswer, VerifyCode } from "@/lib/keys/verification/schema";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { tightestLimit } from "@/lib/limits/headers";
import type { LimitOutcome, LimitState } from "@/lib/limits/outcome";

/** What a verification came to. */
export interface Verification {
  /** Null for a value that the caller may know nothing of. */
  key: VerifiedKey | null;
  code: VerifyCode;
  /** What the limits said, where they were asked. */
  outcome: LimitOutcome | undefined;
  /** Id of its record. */
  decision: string;
  requestId: string;
}

const noLimits: VerifyAnswer["limits"] = [];

/** What is said of the key, call after call. */
export function identityOf(key: VerifiedKey | null) {
  return {
    keyId: key?.keyId ?? null,
    name: key?.name ?? null,
    customer: key?.customer?.id ?? null,
    customerExternalId: key?.customer?.externalId ?? null,
    environment: key?.environment ?? null,
    scopes: key === null ? [] : [...key.scopes],
    roles: key === null ? [] : [...key.roles],
    metadata: key?.metadata ?? {},
    expiresAt: key?.expiresAt ?? null,
  };
}

/** What is said of this call. */
export function callOf({ outcome, decision, requestId }: Verification) {
  const tightest = outcome === undefined ? null : tightestLimit(outcome);
  return {
    rateLimit:
      tightest === null
        ? null
        : { limit: tightest.limit, remaining: tightest.remaining, resetAt: timeText(tightest.resetAtMs) },
    limits:
      outcome === undefined || outcome.states.length === 0 ? noLimits : outcome.states.map(presentState),
    retryAfterSeconds: outcome === undefined || outcome.ok ? null : outcome.retryAfterSeconds,
    decision,
    requestId,
  };
}

/** A verification as its caller reads it. */
export function answerOf(verification: Verification): VerifyAnswer {
  const { key, code } = verification;
  return { valid: code === "VALID", code, ...identityOf(key), ...callOf(verification) };
}

const identityTexts = new WeakMap<VerifiedKey, string>();

/** The JSON of {@link answerOf}; what is said of a key is written once for as long as it stays in memory unchanged. */
export function answerText(verification: Verification): string {
  const { key, code } = verification;
  if (key === null) return JSON.stringify(answerOf(verification));
  let identity = identityTexts.get(key);
  if (identity === undefined) {
    identity = JSON.stringify(identityOf(key)).slice(1, -1);
    identityTexts.set(key, identity);
  }
  return `{"valid":${code === "VALID"},"code":"${code}",${identity},${callText(verification)}}`;
}

/** The members of {@link callOf} as JSON. Both ids are of our own making and hold nothing to escape. */
function callText({ outcome, decision, requestId }: Verification): string {
  const ids = `"decision":"${decision}","requestId":"${requestId}"`;
  if (outcome === undefined) return `"rateLimit":null,"limits":[],"retryAfterSeconds":null,${ids}`;
  const tightest = tightestLimit(outcome);
  const rateLimit =
    tightest === null
      ? "null"
      : `{"limit":${tightest.limit},"remaining":${tightest.remaining},${resetText(tightest)}}`;
  const retryAfter = outcome.ok ? "null" : String(outcome.retryAfterSeconds);
  return `"rateLimit":${rateLimit},"limits":[${outcome.states.map(stateText).join(",")}],"retryAfterSeconds":${retryAfter},${ids}`;
}

function stateText(state: LimitState): string {
  const { name, limit, remaining, windowSeconds } = state;
  return `{"name":${JSON.stringify(name)},"limit":${limit},"remaining":${remaining},"windowSeconds":${windowSeconds},${resetText(state)}}`;
}

function resetText({ resetAtMs }: LimitState): string {
  return `"resetAt":"${timeText(resetAtMs)}"`;
}

function presentState({ name, limit, remaining, windowSeconds, resetAtMs }: LimitState) {
  return { name, limit, remaining, windowSeconds, resetAt: timeText(resetAtMs) };
}

let lastTime = { milliseconds: 0, text: new Date(0).toISOString() };

/** A limit's end is the same for many calls. */
function timeText(milliseconds: number): string {
  if (milliseconds !== lastTime.milliseconds)
    lastTime = { milliseconds, text: new Date(milliseconds).toISOString() };
  return lastTime.text;
}
