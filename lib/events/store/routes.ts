import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { EventFilters, EventPage, EventTypeList } from "@/lib/events/schema";
import { followEvents } from "@/lib/events/following/follow-events";
import { placesOf, resumePattern } from "@/lib/events/following/resume-id";
import { listEvents } from "@/lib/events/store/list-events";
import { listEventTypes } from "@/lib/events/store/list-types";
import { acceptedFormat, byteStream } from "@/lib/events/stream/stream-response";
import { PageQuery } from "@/lib/lists/schema";

const list = createRoute({
  method: "get",
  path: "/events",
  tags: ["Events"],
  operationId: "listEvents",
  summary:
    "List all that happened, newest first, as CloudEvents: of the types whose own scope the caller holds too",
  request: { query: EventFilters.extend(PageQuery.shape).strict() },
  responses: { 200: answer("A page of events", EventPage) },
});

const types = createRoute({
  method: "get",
  path: "/events/types",
  tags: ["Events"],
  operationId: "listEventTypes",
  summary: "List the types of events: what each means, what reading it needs, and the schema of its data",
  responses: { 200: answer("Every type, by name", EventTypeList) },
});

const Resume = z
  .string()
  .regex(resumePattern, "must be the `id` of an event of this stream")
  .describe("Id of the last event that was seen; `Last-Event-ID` says the same and wins");

const stream = createRoute({
  method: "get",
  path: "/events/stream",
  tags: ["Events"],
  operationId: "streamEvents",
  summary: "Follow events live",
  description:
    "Server-sent events, each with an `id` to go on behind; `dropped` ({count} left out because the client reads too slowly), `end` ({reason}). With `Accept: application/x-ndjson` or `stream=ndjson` one JSON value a line, with that id as `resume`.",
  request: {
    query: EventFilters.omit({ from: true, to: true })
      .extend({
        after: Resume.optional(),
        last: z.coerce
          .number()
          .int()
          .min(0)
          .max(1_000)
          .default(0)
          .describe("Begin with so many of the newest"),
        stream: z.enum(["sse", "ndjson"]).optional(),
      })
      .strict(),
    headers: z.object({ "last-event-id": Resume.optional() }),
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
});

/** Events, under `/api/v1`. */
export const eventRoutes = createRouter()
  .openapi(list, async (c) => c.json(await listEvents(c.var.actor, c.req.valid("query")), 200))
  .openapi(stream, async (c) => {
    const { after, last, stream: asked, ...filters } = c.req.valid("query");
    const from = c.req.valid("header")["last-event-id"] ?? after;
    const format = acceptedFormat(asked, c.req.header("accept"));
    const gone = new AbortController();
    c.req.raw.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const parts = followEvents(c.var.actor, {
      filters,
      format,
      after: from === undefined ? null : placesOf(from),
      last,
      authenticateAgain: c.var.callerNow,
      signal: gone.signal,
    });
    return byteStream(parts, {
      format,
      incoming: c.env?.incoming,
      onGone: () => gone.abort(),
    });
  })
  .openapi(types, (c) => c.json(listEventTypes(c.var.actor), 200));
