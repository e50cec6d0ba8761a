import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { answer, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter, inputProblem, type ApiEnv } from "@/lib/api/router";
import { bodyFormat } from "@/lib/gateway/credential/credential";
import { acceptedFormat, streamResponse } from "@/lib/events/stream/stream-response";
import { PageQuery } from "@/lib/lists/schema";
import { flushLogs } from "@/lib/logs/flush";
import { followLogs } from "@/lib/logs/follow";
import { listLogs } from "@/lib/logs/list";
import {
  batchLinesMax,
  FlushLogs,
  FlushReceipt,
  LogFilters,
  LogLineInput,
  LogPage,
  LogReceipt,
  StreamLogsQuery,
  StreamPlace,
  WriteLogsQuery,
} from "@/lib/logs/schema";
import { placesIn } from "@/lib/logs/stream/stream-place";
import { uploadLogs } from "@/lib/logs/upload";
import { writeLogs } from "@/lib/logs/write";

/** Logs, under `/api/v1`. */
export const logRoutes = createRouter();

const write = createRoute({
  method: "post",
  path: "/logs",
  operationId: "writeLogs",
  tags: ["Logs"],
  summary: "Write one line, up to 1,000 as an array, or an upload of newline-delimited JSON",
  description:
    "What is no good line is named in the answer and the rest is stored; when nothing could be, the answer is 422. A message holds 16,384 characters at most, `data` 32,768 characters of JSON, a JSON body 1 MiB. An upload holds 64 MiB, 1,000,000 lines and 64 KiB a line at most; it is stored while it arrives, and under the same Idempotency-Key the same line is stored once, however far an earlier try came. Values of Latchkey's own keys are masked before they are stored.",
  request: {
    headers: IdempotencyHeader,
    query: WriteLogsQuery,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.union([LogLineInput, z.array(LogLineInput).max(batchLinesMax)]),
        },
        "application/x-ndjson": { schema: z.string().describe("One line's JSON on each line") },
      },
    },
  },
  responses: { 200: answer("What became of the lines", LogReceipt) },
});
logRoutes.openAPIRegistry.registerPath(write);

// Not `openapi(write)`: that would refuse a body for one of its lines, and read an upload whole.
logRoutes.post("/logs", async (c) => {
  const query = WriteLogsQuery.safeParse(c.req.query());
  if (!query.success) throw inputProblem(query.error.issues);
  const { service } = query.data;
  if (c.var.upload !== undefined) return c.json(await uploaded(c, service), 200);
  const value = await jsonBody(c);
  const once = onceFrom(c.req.header("idempotency-key"), {
    operation: "POST /logs",
    // As it came: the lines may nest deeper than they could be written again.
    input: [service, await c.req.text()],
  });
  const lines: unknown[] = Array.isArray(value) ? value : [value];
  return c.json(await writeLogs(c.var.actor, { service, lines }, once), 200);
});

function uploaded(c: Context<ApiEnv>, service: string | undefined): Promise<LogReceipt> {
  if ((c.req.header("content-encoding") ?? "identity").trim().toLowerCase() !== "identity")
    throw new Problem("unsupported-media-type", "Send lines as they are, without a content encoding.");
  const once = onceFrom(c.req.header("idempotency-key"), { operation: "POST /logs", input: null });
  const announced = c.req.header("content-length");
  return uploadLogs(c.var.actor, {
    service,
    body: c.var.upload ?? nothing(),
    announcedBytes: announced === undefined ? null : Number(announced),
    idempotencyKey: once?.key ?? null,
    requestId: c.var.requestId,
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An upload without a body has no lines.
}

async function jsonBody(c: Context<ApiEnv>): Promise<unknown> {
  if (bodyFormat(c.req.header("content-type")) !== "json")
    throw new Problem("unsupported-media-type", "Send lines as application/json or application/x-ndjson.");
  try {
    return await c.req.json();
  } catch {
    throw new Problem("bad-request", "The body is not the JSON that was expected.");
  }
}

logRoutes.openapi(
  createRoute({
    method: "get",
    path: "/logs",
    operationId: "listLogs",
    tags: ["Logs"],
    summary: "List lines, newest first: those that services wrote and the gateway's calls",
    request: { query: LogFilters.extend(PageQuery.shape).strict() },
    responses: { 200: answer("A page of the log", LogPage) },
  }),
  async (c) => c.json(await listLogs(c.var.actor, c.req.valid("query")), 200),
);

logRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/logs",
    operationId: "flushLogs",
    tags: ["Logs"],
    summary: "Empty the log, or one service's",
    description: "Written lines are deleted, access lines hidden; decisions stay where they are.",
    request: { query: FlushLogs },
    responses: { 200: answer("What was flushed", FlushReceipt) },
  }),
  async (c) => c.json(await flushLogs(c.var.actor, c.req.valid("query")), 200),
);

logRoutes.openapi(
  createRoute({
    method: "get",
    path: "/logs/stream",
    operationId: "streamLogs",
    tags: ["Logs"],
    summary: "Follow the log live",
    description:
      "Server-sent events: `line` (data: a line, id: where to resume), `dropped` ({count} left out because the client reads too slowly), `end` ({reason}). With `Accept: application/x-ndjson` or `stream=ndjson` one JSON value a line, each saying in `after` where to resume.",
    request: { query: StreamLogsQuery, headers: z.object({ "last-event-id": StreamPlace.optional() }) },
    responses: {
      200: {
        description: "Lines, until the client leaves or loses its right",
        content: {
          "text/event-stream": { schema: z.string() },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
  }),
  async (c) => {
    const { after, last, stream, ...filters } = c.req.valid("query");
    const resumed = c.req.valid("header")["last-event-id"] ?? after;
    const gone = new AbortController();
    c.req.raw.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const items = await followLogs(c.var.actor, {
      filters,
      last,
      after: resumed === undefined ? null : placesIn(resumed),
      authenticateAgain: c.var.callerNow,
      signal: gone.signal,
    });
    return streamResponse(items, {
      format: acceptedFormat(stream, c.req.header("accept")),
      text: { event: "line", line: (line, after) => ({ ...line, after }) },
      incoming: c.env?.incoming,
      onGone: () => gone.abort(),
    });
  },
);
