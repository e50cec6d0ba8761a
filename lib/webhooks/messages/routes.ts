import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { answer, body, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { listAttemptsOfEndpoint, listAttemptsOfMessage } from "@/lib/webhooks/messages/attempts";
import { createMessage } from "@/lib/webhooks/messages/create";
import { listMessages, readMessage } from "@/lib/webhooks/messages/read";
import { recoverEndpoint, resendMessage } from "@/lib/webhooks/messages/resend";
import {
  CreateWebhookMessage,
  ListWebhookAttempts,
  ListWebhookMessages,
  RecoveredDeliveries,
  RecoverWebhookEndpoint,
  ResendWebhookMessage,
  WebhookAttempt,
  WebhookAttemptPage,
  WebhookDelivery,
  WebhookMessage,
  WebhookMessageDetail,
  WebhookMessagePage,
} from "@/lib/webhooks/messages/schema";
import { testEndpoint } from "@/lib/webhooks/messages/test-endpoint";

const tags = ["Webhooks"];
const IdParam = z.object({ id: z.string().max(100) });

const create = createRoute({
  method: "post",
  path: "/webhooks/messages",
  tags,
  operationId: "createWebhookMessage",
  summary: "Send a message to every endpoint that asks for its type",
  request: { headers: IdempotencyHeader, body: body(CreateWebhookMessage) },
  responses: { 202: answer("The message, which is stored and on its way", WebhookMessage) },
});

const list = createRoute({
  method: "get",
  path: "/webhooks/messages",
  tags,
  operationId: "listWebhookMessages",
  summary: "List and search messages",
  request: { query: ListWebhookMessages },
  responses: { 200: answer("A page of messages", WebhookMessagePage) },
});

const read = createRoute({
  method: "get",
  path: "/webhooks/messages/{id}",
  tags,
  operationId: "readWebhookMessage",
  summary: "Read a message, its payload and its deliveries",
  request: { params: IdParam },
  responses: { 200: answer("The message", WebhookMessageDetail) },
});

const attempts = createRoute({
  method: "get",
  path: "/webhooks/messages/{id}/attempts",
  tags,
  operationId: "listWebhookMessageAttempts",
  summary: "List a message's attempts with what was answered",
  request: { params: IdParam, query: ListWebhookAttempts },
  responses: { 200: answer("A page of attempts", WebhookAttemptPage) },
});

const resend = createRoute({
  method: "post",
  path: "/webhooks/messages/{id}/resend",
  tags,
  operationId: "resendWebhookMessage",
  summary: "Send a message to an endpoint once more",
  request: { params: IdParam, body: body(ResendWebhookMessage) },
  responses: { 202: answer("The delivery, which is on its way", WebhookDelivery) },
});

const endpointAttempts = createRoute({
  method: "get",
  path: "/webhooks/endpoints/{id}/attempts",
  tags,
  operationId: "listWebhookEndpointAttempts",
  summary: "List attempts to an endpoint with what was answered",
  request: { params: IdParam, query: ListWebhookAttempts },
  responses: { 200: answer("A page of attempts", WebhookAttemptPage) },
});

const recover = createRoute({
  method: "post",
  path: "/webhooks/endpoints/{id}/recover",
  tags,
  operationId: "recoverWebhookEndpoint",
  summary: "Send what an endpoint did not take since a time once more",
  request: { params: IdParam, body: body(RecoverWebhookEndpoint) },
  responses: { 202: answer("How many are on their way", RecoveredDeliveries) },
});

const tryOut = createRoute({
  method: "post",
  path: "/webhooks/endpoints/{id}/test",
  tags,
  operationId: "testWebhookEndpoint",
  summary: "Send a test message to an endpoint and answer what came of it",
  request: { params: IdParam },
  responses: { 200: answer("The attempt", WebhookAttempt) },
});

/** `/webhooks/messages`, and what is sent to `/webhooks/endpoints/{id}`. */
export const webhookMessageRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createWebhookMessage", input });
    return c.json(await createMessage(c.var.actor, { ...input, once }), 202);
  })
  .openapi(list, async (c) => c.json(await listMessages(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readMessage(c.var.actor, c.req.valid("param").id), 200))
  .openapi(attempts, async (c) =>
    c.json(
      await listAttemptsOfMessage(c.var.actor, { ...c.req.valid("query"), ...c.req.valid("param") }),
      200,
    ),
  )
  .openapi(resend, async (c) =>
    c.json(await resendMessage(c.var.actor, { ...c.req.valid("json"), ...c.req.valid("param") }), 202),
  )
  .openapi(endpointAttempts, async (c) =>
    c.json(
      await listAttemptsOfEndpoint(c.var.actor, { ...c.req.valid("query"), ...c.req.valid("param") }),
      200,
    ),
  )
  .openapi(recover, async (c) =>
    c.json(await recoverEndpoint(c.var.actor, { ...c.req.valid("json"), ...c.req.valid("param") }), 202),
  )
  .openapi(tryOut, async (c) => c.json(await testEndpoint(c.var.actor, c.req.valid("param").id), 200));
