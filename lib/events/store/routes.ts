import { createRoute } from "@hono/zod-openapi";
import { answer } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { EventFilters, EventPage } from "@/lib/events/schema";
import { listEvents } from "@/lib/events/store/list-events";
import { PageQuery } from "@/lib/lists/schema";

const list = createRoute({
  method: "get",
  path: "/events",
  tags: ["Events"],
  operationId: "listEvents",
  summary: "List events, newest first: those of the types whose own scope the caller holds too",
  request: { query: EventFilters.extend(PageQuery.shape).strict() },
  responses: { 200: answer("A page of events", EventPage) },
});

/** Events, under `/api/v1`. */
export const eventRoutes = createRouter().openapi(list, async (c) =>
  c.json(await listEvents(c.var.actor, c.req.valid("query")), 200),
);
