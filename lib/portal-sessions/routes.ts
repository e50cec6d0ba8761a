import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { answer, body, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createPortalSession } from "@/lib/portal-sessions/create";
import { letReadRefusal } from "@/lib/portal-sessions/cross-origin";
import { endPortalSession } from "@/lib/portal-sessions/end";
import { exchangeCode } from "@/lib/portal-sessions/exchange";
import { listPortalSessions, readPortalSession } from "@/lib/portal-sessions/read";
import {
  CreatePortalSession,
  ExchangeCode,
  ExchangedSession,
  ListPortalSessions,
  NewPortalSession,
  PortalSession,
  PortalSessionPage,
} from "@/lib/portal-sessions/schema";

const ofSession = { params: z.object({ id: z.string().max(100) }) };
const tags = ["Portal sessions"];

const create = createRoute({
  method: "post",
  path: "/portal-sessions",
  tags,
  operationId: "createPortalSession",
  summary: "Open a portal session for a customer: a code that is good once, for 15 minutes",
  request: { headers: IdempotencyHeader, body: body(CreatePortalSession) },
  responses: { 201: answer("The code", NewPortalSession) },
});

const exchange = createRoute({
  method: "post",
  path: "/portal-sessions/exchange",
  tags,
  operationId: "exchangePortalSessionCode",
  summary: "Exchange a code for the session's token",
  security: [],
  request: { body: body(ExchangeCode) },
  responses: { 200: answer("The token, to be sent as Authorization: Bearer", ExchangedSession) },
});

const list = createRoute({
  method: "get",
  path: "/portal-sessions",
  tags,
  operationId: "listPortalSessions",
  summary: "List portal sessions, newest first",
  request: { query: ListPortalSessions },
  responses: { 200: answer("A page of portal sessions", PortalSessionPage) },
});

const read = createRoute({
  method: "get",
  path: "/portal-sessions/{id}",
  tags,
  operationId: "readPortalSession",
  summary: "Read a portal session",
  request: ofSession,
  responses: { 200: answer("The portal session", PortalSession) },
});

const end = createRoute({
  method: "delete",
  path: "/portal-sessions/{id}",
  tags,
  operationId: "endPortalSession",
  summary: "End a portal session at once",
  request: ofSession,
  responses: { 204: { description: "Ended" } },
});

/** Everything under `/portal-sessions`. */
export const portalSessionRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createPortalSession", input });
    return c.json(await createPortalSession(c.var.actor, { ...input, once }), 201);
  })
  .openapi(exchange, async (c) => {
    await letReadRefusal(c);
    const from = { address: c.var.address, origin: c.req.header("origin") ?? null };
    return c.json(await exchangeCode(c.req.valid("json"), from), 200);
  })
  .openapi(list, async (c) => c.json(await listPortalSessions(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readPortalSession(c.var.actor, c.req.valid("param").id), 200))
  .openapi(end, async (c) => {
    await endPortalSession(c.var.actor, c.req.valid("param").id);
    return c.body(null, 204);
  });
