import { createRoute } from "@hono/zod-openapi";
import { answer } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { EventFilters, EventPage, EventTypeList } from "@/lib/events/schema";
import { listEvents } from "@/lib/events/store/list-events";
import { listEventTypes } from "@/lib/events/store/list-types";
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

/** Events, under `/api/v1`. */
export const eventRoutes = createRouter()
  .openapi(list, async (c) => c.json(await listEvents(c.var.actor, c.req.valid("query")), 200))
  .openapi(types, (c) => c.json(listEventTypes(c.var.actor), 200));
