import { isLatchkeyError } from "@/lib/client/sdk/failure";
import type { Answer, Input, Latchkey } from "@/lib/client/sdk/operation-types";

/** What verification says of a caller: `keyId`, `customer`, `scopes`, `metadata`, … */
export type Caller = Answer<"verifyKey">;

/** What a guard asks of every call. */
export interface GuardSettings {
  /** A client whose key holds `verify:keys`. */
  latchkey: Pick<Latchkey, "verifyKey">;
  /** Scopes that the key must hold: a list, all of them, or an expression. */
  scopes?: Input<"verifyKey">["scopes"];
  /** Slug of the service that this program is: its rules are judged by method and path as well. */
  service?: string;
  /** What a call takes from the key's limits; 1 unless said. */
  cost?: number;
  /** Waits this long for Latchkey before the call is refused, in milliseconds; 3,000 unless said. */
  timeoutMs?: number;
  /**
   * A good answer counts this long for the same key and call, in milliseconds; 0, never, unless said. While it counts,
   * a revocation is not heard of and neither limits nor usage see the call. Refusals are never kept.
   */
  cacheMs?: number;
  /** Told when Latchkey could not be asked, for the log; the call was refused with 503. */
  onUnavailable?: (error: unknown) => void;
}

/** One call, as a framework tells of it. `ip` and `origin` are null when unknown or absent. */
export interface IncomingCall {
  header: (name: string) => string | null | undefined;
  method: string;
  /** Without the query. */
  path: string;
  ip: string | null;
}

/** A call that may go on, or the answer it gets instead. */
export type Verdict =
  { ok: true; caller: Caller } | { ok: false; status: number; headers: Record<string, string>; body: string };

/** Judges calls. Fails closed: while Latchkey cannot be asked, nobody comes in. */
export type Guard = (call: IncomingCall) => Promise<Verdict>;

/** Makes what every adapter is made from: it reads the key, asks Latchkey, and words the refusal. */
export function createGuard(settings: GuardSettings): Guard {
  const kept = positiveCache(settings.cacheMs ?? 0);
  return async (call) => {
    const key = presentedKey(call);
    if (key === null) return refused("two-credentials", "TWO_CREDENTIALS");
    if (key === "") return refused("unauthorized", "NO_CREDENTIAL");
    const question = questionOf(key, call, settings);
    try {
      const caller = await kept(question, () => askInTime(settings, question));
      return caller.valid ? { ok: true, caller } : refusedFor(caller);
    } catch (error) {
      const theirs = isLatchkeyError(error, "invalid") ? blamed[error.errors[0]?.path ?? ""] : undefined;
      if (theirs !== undefined) return refused(theirs, "NOT_READABLE");
      settings.onUnavailable?.(error);
      const wait = isLatchkeyError(error) ? error.retryAfterSeconds : null;
      return refused("unavailable", "VERIFICATION_UNAVAILABLE", { "retry-after": seconds(wait ?? 1) });
    }
  };
}

/** The client keeps to the signal; a stand-in may not. */
function askInTime(
  { latchkey, timeoutMs = 3_000 }: GuardSettings,
  question: Input<"verifyKey">,
): Promise<Caller> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  return Promise.race([latchkey.verifyKey(question, { timeoutMs, retries: 1, signal }), late]);
}

function questionOf(key: string, call: IncomingCall, settings: GuardSettings): Input<"verifyKey"> {
  const { scopes, service, cost } = settings;
  const origin = call.header("origin") ?? null;
  return {
    key,
    ...(scopes === undefined ? {} : { scopes }),
    ...(service === undefined ? {} : { service, method: call.method, path: call.path }),
    ...(cost === undefined ? {} : { cost }),
    ...(call.ip === null ? {} : { ip: call.ip }),
    ...(origin === null ? {} : { origin }),
  };
}

/** From `Authorization: Bearer` or `X-API-Key`; empty when there is none, null when there are two. */
function presentedKey({ header }: IncomingCall): string | null {
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(header("authorization") ?? "")?.[1] ?? "";
  const plain = header("x-api-key")?.trim() ?? "";
  if (bearer !== "" && plain !== "" && bearer !== plain) return null;
  return bearer === "" ? plain : bearer;
}

/** What a caller can send that verification does not even read; everything else that is invalid is the settings. */
const blamed: Record<string, keyof typeof refusals | undefined> = {
  key: "unauthorized",
  method: "bad-request",
  path: "bad-request",
  ip: "forbidden",
  origin: "forbidden",
};

const refusals = {
  "bad-request": { status: 400, title: "The request is not well-formed" },
  unauthorized: { status: 401, title: "A valid credential is needed" },
  forbidden: { status: 403, title: "This credential may not do that" },
  "two-credentials": { status: 400, title: "Two different credentials were sent" },
  "rate-limited": { status: 429, title: "A limit was reached" },
  unavailable: { status: 503, title: "Not able to answer right now" },
} as const;

const kinds: Record<Exclude<Caller["code"], "VALID">, keyof typeof refusals> = {
  MALFORMED: "unauthorized",
  NOT_FOUND: "unauthorized",
  REVOKED: "unauthorized",
  EXPIRED: "unauthorized",
  DISABLED: "unauthorized",
  INSUFFICIENT_SCOPE: "forbidden",
  IP_FORBIDDEN: "forbidden",
  ORIGIN_FORBIDDEN: "forbidden",
  DENIED: "forbidden",
  RATE_LIMITED: "rate-limited",
  QUOTA_EXCEEDED: "rate-limited",
};

/** A code that this client does not know is a refusal all the same. */
function refusedFor({ code, retryAfterSeconds, decision }: Caller): Verdict {
  const kind = code === "VALID" ? "forbidden" : (kinds[code] ?? "forbidden");
  const headers = kind === "rate-limited" ? { "retry-after": seconds(retryAfterSeconds ?? 1) } : {};
  return refused(kind, code, { ...headers, "x-latchkey-decision": decision });
}

function refused(kind: keyof typeof refusals, code: string, headers: Record<string, string> = {}): Verdict {
  const { status, title } = refusals[kind];
  return {
    ok: false,
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(kind === "unauthorized" ? { "www-authenticate": "Bearer" } : {}),
      ...headers,
    },
    body: JSON.stringify({ type: `/docs/problems/${kind}`, title, status, code }),
  };
}

function seconds(wait: number): string {
  return String(Math.max(1, Math.ceil(wait)));
}

type Ask = () => Promise<Caller>;

const keptMax = 10_000;

/** Keeps good answers under a digest of the question, never under the key itself. */
function positiveCache(keptMs: number): (question: Input<"verifyKey">, ask: Ask) => Promise<Caller> {
  if (keptMs <= 0) return (_question, ask) => ask();
  const kept = new Map<string, { caller: Caller; untilMs: number }>();
  return async (question, ask) => {
    const slot = await digest(JSON.stringify(question));
    const known = kept.get(slot);
    if (known !== undefined && Date.now() < known.untilMs) return known.caller;
    kept.delete(slot);
    const askedMs = Date.now();
    const caller = await ask();
    const stopsMs = caller.expiresAt === null ? Infinity : Date.parse(caller.expiresAt);
    if (caller.valid) kept.set(slot, { caller, untilMs: Math.min(askedMs + keptMs, stopsMs) });
    const [oldest] = kept.keys();
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return caller;
  };
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
