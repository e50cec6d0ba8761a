import { createRoute, z } from "@hono/zod-openapi";
import { createRouter } from "@/lib/api/router";
import { listAudit } from "@/lib/events/trail/list-audit";
import { listDecisions } from "@/lib/events/decisions/list-decisions";
import { readDecision } from "@/lib/events/decisions/read-decision";
import {
  AuditFilters,
  AuditPage,
  Decision,
  DecisionFilters,
  DecisionPage,
  DecisionSummary,
} from "@/lib/events/schema";
import { followDecisions } from "@/lib/events/stream/follow-decisions";
import { acceptedFormat, streamResponse } from "@/lib/events/stream/stream-response";
import { summarizeDecisions } from "@/lib/events/decisions/summarize-decisions";
import { PageQuery } from "@/lib/lists/schema";

/** Decisions and the audit trail, under `/api/v1`. */
export const decisionRoutes = createRouter();

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { "application/json": { schema } } },
});

decisionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/decisions",
    operationId: "listDecisions",
    tags: ["Decisions"],
    summary: "List decisions, newest first",
    request: { query: DecisionFilters.extend(PageQuery.shape).strict() },
    responses: json(DecisionPage, "A page of decisions"),
  }),
  async (c) => c.json(await listDecisions(c.var.actor, c.req.valid("query")), 200),
);

decisionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/decisions/summary",
    operationId: "summarizeDecisions",
    tags: ["Decisions"],
    summary: "Rates and average latency of the last minutes",
    request: { query: z.strictObject({ minutes: z.coerce.number().int().min(1).max(60).default(5) }) },
    responses: json(DecisionSummary, "Counters and their series"),
  }),
  async (c) => c.json(await summarizeDecisions(c.var.actor, c.req.valid("query")), 200),
);

const Sequence = z
  .string()
  .regex(/^\d{1,15}$/, "must be a sequence number")
  .describe("Sequence number of the last decision that was seen; `Last-Event-ID` says the same and wins");

decisionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/decisions/stream",
    operationId: "streamDecisions",
    tags: ["Decisions"],
    summary: "Follow decisions live",
    description:
      "Server-sent events: `decision` (data: a decision, id: its sequence number), `dropped` ({count} left out because the client reads too slowly), `end` ({reason}). With `Accept: application/x-ndjson` or `stream=ndjson` one JSON value a line.",
    request: {
      query: DecisionFilters.omit({ from: true, to: true })
        .extend({ after: Sequence.optional(), stream: z.enum(["sse", "ndjson"]).optional() })
        .strict(),
      headers: z.object({ "last-event-id": Sequence.optional() }),
    },
    responses: {
      200: {
        description: "Events, until the client leaves or loses its right",
        content: {
          "text/event-stream": { schema: z.string() },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
  }),
  async (c) => {
    const { after, stream, ...filters } = c.req.valid("query");
    const from = c.req.valid("header")["last-event-id"] ?? after;
    const gone = new AbortController();
    c.req.raw.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const items = await followDecisions(c.var.actor, {
      filters,
      after: from === undefined ? null : Number(from),
      authenticateAgain: c.var.callerNow,
      signal: gone.signal,
    });
    return streamResponse(items, {
      format: acceptedFormat(stream, c.req.header("accept")),
      text: { event: "decision", line: (decision) => decision },
      incoming: c.env?.incoming,
      onGone: () => gone.abort(),
    });
  },
);

decisionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/decisions/{id}",
    operationId: "readDecision",
    tags: ["Decisions"],
    summary: "Read one decision",
    request: { params: z.object({ id: z.string().max(100) }) },
    responses: json(Decision, "The decision"),
  }),
  async (c) => c.json(await readDecision(c.var.actor, c.req.valid("param").id), 200),
);

decisionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/audit",
    operationId: "listAudit",
    tags: ["Audit"],
    summary: "List audit entries, newest first",
    request: { query: AuditFilters.extend(PageQuery.shape).strict() },
    responses: json(AuditPage, "A page of the audit trail"),
  }),
  async (c) => c.json(await listAudit(c.var.actor, c.req.valid("query")), 200),
);
