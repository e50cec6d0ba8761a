import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "@/lib/api/problem";
import type { ApiEnv } from "@/lib/api/router";

/** The largest body that `/api/v1` takes: 1 MiB. */
export const apiBodyBytesMax = 1_048_576;

const tooLarge = () => new Problem("too-large", "A body here may hold 1 MiB at most.");

/** Reads the body once, whole, and stops at the limit, whether its length was announced or not. An upload is left to its route. */
export const readBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (isUpload(c)) c.set("upload", c.req.raw.body);
  else if (c.req.method !== "GET" && c.req.method !== "HEAD") useBody(c, await bodyOf(c));
  await next();
};

/** Whether lines are uploaded, which are stored while they arrive. */
function isUpload(c: Context<ApiEnv>): boolean {
  const isLines = /^\s*application\/x-ndjson\s*(?:;|$)/i.test(c.req.header("content-type") ?? "");
  return isLines && c.req.method === "POST" && c.req.path === "/api/v1/logs";
}

/** Makes `bytes` what every later reader of the body gets. */
export function useBody(c: Context<ApiEnv>, bytes: Uint8Array<ArrayBuffer>): void {
  // Hono keeps promises here, though its type says buffers.
  c.req.bodyCache = {};
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes.buffer) });
}

async function bodyOf(c: Context<ApiEnv>): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(c.req.header("content-length") ?? 0) > apiBodyBytesMax) throw tooLarge();
  const stream = c.req.raw.body;
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > apiBodyBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
