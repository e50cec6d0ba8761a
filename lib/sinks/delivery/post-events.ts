import { request } from "undici";
import { RefusedAddress, upstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";

/** Longest wait for a receiver, from connecting to its answer's end. */
const usualTimeoutMs = 15_000;
const shownBytes = 300;

/** How long a receiver is waited for. */
export interface Patience {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** What came of a try. `retryAfterMs` is what the receiver asked for. */
export type Posted =
  { ok: true } | { ok: false; error: string; tooLarge: boolean; retryAfterMs: number | null };

/** Posts CloudEvents in one batch (`application/cloudevents-batch+json`). Redirects are not followed. Never throws. */
export async function postEvents(
  { url, token }: { url: string; token: string | null },
  events: readonly unknown[],
  { signal, timeoutMs = usualTimeoutMs }: Patience = {},
): Promise<Posted> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      method: "POST",
      dispatcher: upstreamDispatcher(),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      headers: {
        "content-type": "application/cloudevents-batch+json; charset=UTF-8",
        "user-agent": "Latchkey",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(events),
    });
    const text = await beginningOf(body);
    if (statusCode >= 200 && statusCode < 300) return { ok: true };
    return {
      ok: false,
      error: `The receiver answered ${statusCode}${shown(text, token)}`,
      tooLarge: statusCode === 413,
      retryAfterMs: retryAfterMs(headers["retry-after"]),
    };
  } catch (error) {
    return { ok: false, error: inWords(error, timeoutMs), tooLarge: false, retryAfterMs: null };
  }
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 4 * shownBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A receiver may say the token back; it is not shown. */
function shown(text: string, token: string | null): string {
  const clean = (token === null ? text : text.replaceAll(token, "…")).replace(/\p{C}+/gu, " ").trim();
  return clean === "" ? "." : `: ${clean.slice(0, shownBytes)}`;
}

function retryAfterMs(value: string | string[] | undefined): number | null {
  if (typeof value !== "string") return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.min(ms, 3_600_000)) : null;
}

function inWords(error: unknown, timeoutMs: number): string {
  if (error instanceof RefusedAddress) return `The address is not called: ${error.message}.`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const timedOut = error instanceof Error && (error.name === "TimeoutError" || code.includes("TIMEOUT"));
  if (timedOut) return `The receiver did not answer within ${timeoutMs / 1_000} seconds.`;
  return `The receiver could not be reached${code === "" ? "" : ` (${code})`}.`;
}
