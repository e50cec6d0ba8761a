import { errors, request } from "undici";
import { RefusedAddress } from "@/lib/gateway/upstream/connection/dispatcher";
import { echoHost } from "@/lib/gateway/upstream/echo";
import { readBytesMax, shownBody, shownHeaders } from "@/lib/webhooks/delivery/attempt/shown-answer";
import { retryAfterMsMax } from "@/lib/webhooks/delivery/retry";
import { signedHeaders } from "@/lib/webhooks/delivery/attempt/sign";
import { notToBeCalled } from "@/lib/webhooks/endpoints/stored-endpoint";
import { receiverDispatcher } from "@/lib/webhooks/receivers/receiver-dispatcher";
import { SlowName } from "@/lib/webhooks/receivers/resolve-receiver";

/** Longest wait for a receiver, from connecting to its answer's end. */
const usualTimeoutMs = 15_000;

/** How long a receiver is waited for. */
export interface Patience {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/** Where what is sent, and the secrets that sign it, the newest first. */
export interface Outgoing {
  url: string;
  id: string;
  body: string;
  secrets: readonly string[];
}

/** What came of an attempt. */
export interface Posted {
  at: Date;
  durationMs: number;
  succeeded: boolean;
  response: { status: number; headers: Record<string, string>; body: string } | null;
  error: string | null;
  /** What the receiver asked for. */
  retryAfterMs: number | null;
}

/** Posts a message once, signed for this second. Redirects are not followed. Never throws. */
export async function postMessage(
  { url, id, body, secrets }: Outgoing,
  { signal, timeoutMs = usualTimeoutMs }: Patience = {},
): Promise<Posted> {
  const at = new Date();
  const beganMs = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = (outcome: Pick<Posted, "response" | "error" | "retryAfterMs">): Posted => ({
    at,
    durationMs: Math.round(performance.now() - beganMs),
    succeeded: outcome.error === null,
    ...outcome,
  });
  try {
    if (new URL(url).hostname === echoHost) throw new RefusedAddress(`${echoHost} is no receiver`);
    const answer = await request(url, {
      method: "POST",
      dispatcher: receiverDispatcher(),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      headers: {
        "content-type": "application/json",
        "user-agent": "Latchkey-Webhooks",
        ...signedHeaders(secrets, { id, timestamp: Math.floor(at.getTime() / 1_000), body }),
      },
      body,
    });
    const { statusCode: status, headers } = answer;
    const text = await beginningOf(answer.body);
    return ended({
      response: { status, headers: shownHeaders(headers, secrets), body: shownBody(text, secrets) },
      error: status >= 200 && status < 300 ? null : refusalOf(status),
      retryAfterMs: retryAfterMs(headers["retry-after"]),
    });
  } catch (error) {
    return ended({ response: null, error: inWords(error, timeoutMs), retryAfterMs: null });
  }
}

/** What comes of a body before it ends, breaks or its time is over. The status has said by then how the attempt went. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= readBytesMax) break;
    }
  } catch {
    // What came is shown.
  }
  return Buffer.concat(chunks).subarray(0, readBytesMax);
}

function refusalOf(status: number): string {
  if (status >= 300 && status < 400) return `The receiver answered ${status}; redirects are not followed.`;
  return `The receiver answered ${status}.`;
}

function retryAfterMs(value: string | string[] | undefined): number | null {
  if (typeof value !== "string") return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, Math.min(ms, retryAfterMsMax));
}

function inWords(error: unknown, timeoutMs: number): string {
  if (error instanceof RefusedAddress) return notToBeCalled;
  if (error instanceof SlowName) return error.message;
  if (error instanceof errors.HTTPParserError) return "The receiver did not answer in HTTP.";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const timedOut = error instanceof Error && (error.name === "TimeoutError" || code.includes("TIMEOUT"));
  if (timedOut) return `The receiver did not answer within ${timeoutMs / 1_000} seconds.`;
  return `The receiver could not be reached${code === "" ? "" : ` (${code})`}.`;
}
