import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { answer, body, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { deleteEndpoint } from "@/lib/webhooks/endpoints/delete";
import { listEndpoints, readEndpoint } from "@/lib/webhooks/endpoints/read";
import { readSecret, rotateSecret } from "@/lib/webhooks/endpoints/secret";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import {
  CreateWebhookEndpoint,
  ListWebhookEndpoints,
  NewWebhookEndpoint,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointPage,
  WebhookSecret,
} from "@/lib/webhooks/schema";

const tags = ["Webhooks"];
const EndpointParam = z.object({ id: z.string().max(100) });

const create = createRoute({
  method: "post",
  path: "/webhooks/endpoints",
  tags,
  operationId: "createWebhookEndpoint",
  summary: "Add an endpoint that messages are sent to; the answer holds its signing secret",
  request: { headers: IdempotencyHeader, body: body(CreateWebhookEndpoint) },
  responses: { 201: answer("The endpoint and its secret", NewWebhookEndpoint) },
});

const list = createRoute({
  method: "get",
  path: "/webhooks/endpoints",
  tags,
  operationId: "listWebhookEndpoints",
  summary: "List endpoints and how their deliveries stand",
  request: { query: ListWebhookEndpoints },
  responses: { 200: answer("A page of endpoints", WebhookEndpointPage) },
});

const read = createRoute({
  method: "get",
  path: "/webhooks/endpoints/{id}",
  tags,
  operationId: "readWebhookEndpoint",
  summary: "Read an endpoint and how its deliveries stand",
  request: { params: EndpointParam },
  responses: { 200: answer("The endpoint", WebhookEndpoint) },
});

const update = createRoute({
  method: "patch",
  path: "/webhooks/endpoints/{id}",
  tags,
  operationId: "updateWebhookEndpoint",
  summary: "Change an endpoint, stop it or start it again",
  request: { params: EndpointParam, body: body(UpdateWebhookEndpoint) },
  responses: { 200: answer("The endpoint as it is now", WebhookEndpoint) },
});

const remove = createRoute({
  method: "delete",
  path: "/webhooks/endpoints/{id}",
  tags,
  operationId: "deleteWebhookEndpoint",
  summary: "Remove an endpoint and what waits for it",
  request: { params: EndpointParam },
  responses: { 204: { description: "Gone" } },
});

const secret = createRoute({
  method: "get",
  path: "/webhooks/endpoints/{id}/secret",
  tags,
  operationId: "readWebhookSecret",
  summary: "Show the secret that signs an endpoint's messages; needs update:webhooks, and is audited",
  request: { params: EndpointParam },
  responses: { 200: answer("The secret", WebhookSecret) },
});

const rotate = createRoute({
  method: "post",
  path: "/webhooks/endpoints/{id}/secret/rotate",
  tags,
  operationId: "rotateWebhookSecret",
  summary: "Give an endpoint a new secret; the old one signs too for a while",
  request: { params: EndpointParam, headers: IdempotencyHeader, body: body(RotateWebhookSecret) },
  responses: { 200: answer("The new secret", WebhookSecret) },
});

/** `/webhooks/endpoints`. */
export const webhookRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createWebhookEndpoint", input });
    return c.json(await createEndpoint(c.var.actor, { ...input, once }), 201);
  })
  .openapi(list, async (c) => c.json(await listEndpoints(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readEndpoint(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(await updateEndpoint(c.var.actor, c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(remove, async (c) => {
    await deleteEndpoint(c.var.actor, c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(secret, async (c) => c.json(await readSecret(c.var.actor, c.req.valid("param").id), 200))
  .openapi(rotate, async (c) => {
    const input = { ...c.req.valid("json"), id: c.req.valid("param").id };
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "rotateWebhookSecret", input });
    return c.json(await rotateSecret(c.var.actor, { ...input, once }), 200);
  });
