import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { pageOf } from "@/lib/lists/schema";
import { RulesetWrite } from "@/lib/nodes/schema";
import { createService } from "@/lib/services/create";
import { deleteService } from "@/lib/services/delete";
import { importRequiredScopes } from "@/lib/services/openapi/import";
import { ImportedScopes, ImportQuery, ImportRequiredScopes } from "@/lib/services/openapi/schema";
import { listServices, readService } from "@/lib/services/read";
import { CreateService, Service, ServiceFilters, UpdateService } from "@/lib/services/schema";
import { TestCall, TestCallAnswer } from "@/lib/services/upstream/schema";
import { testService } from "@/lib/services/upstream/test-call";
import { updateService } from "@/lib/services/update";

const tags = ["services"];
const ServiceParam = z.object({ id: z.string().max(100).describe("Id or slug") });

const create = createRoute({
  method: "post",
  path: "/services",
  tags,
  operationId: "createService",
  summary: "Put a service behind the gateway",
  request: { headers: IdempotencyHeader, query: RulesetWrite, body: body(CreateService) },
  responses: { 201: answer("The service", Service) },
});

const list = createRoute({
  method: "get",
  path: "/services",
  tags,
  operationId: "listServices",
  summary: "List and search services",
  request: { query: ServiceFilters },
  responses: { 200: answer("A page of services", pageOf(Service)) },
});

const read = createRoute({
  method: "get",
  path: "/services/{id}",
  tags,
  operationId: "readService",
  summary: "Read a service",
  request: { params: ServiceParam },
  responses: { 200: answer("The service", Service) },
});

const update = createRoute({
  method: "patch",
  path: "/services/{id}",
  tags,
  operationId: "updateService",
  summary: "Change a service",
  request: { params: ServiceParam, query: RulesetWrite, body: body(UpdateService) },
  responses: { 200: answer("The service as it is now", Service) },
});

const remove = createRoute({
  method: "delete",
  path: "/services/{id}",
  tags,
  operationId: "deleteService",
  summary: "Remove a service; rules attached to it stay and lose that place",
  request: { params: ServiceParam, query: RulesetWrite },
  responses: { 204: { description: "Gone; Latchkey-Ruleset-Version names the version without it" } },
});

const test = createRoute({
  method: "post",
  path: "/services/{id}/test",
  tags,
  operationId: "testService",
  summary: "Call the upstream once, past the rules and without a credential",
  request: { params: ServiceParam, body: body(TestCall) },
  responses: { 200: answer("What the upstream answered", TestCallAnswer) },
});

const importScopes = createRoute({
  method: "post",
  path: "/services/{id}/required-scopes/import",
  tags,
  operationId: "importRequiredScopes",
  summary: "Take required scopes from an OpenAPI document's security requirements",
  request: { params: ServiceParam, query: ImportQuery, body: body(ImportRequiredScopes) },
  responses: { 200: answer("What was imported, or would be", ImportedScopes) },
});

/** `/services` and what belongs to one. */
export const serviceRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.valid("header")["idempotency-key"], { operation: "createService", input });
    return c.json(await createService(c.var.actor, input, { ...c.req.valid("query"), once }), 201);
  })
  .openapi(list, async (c) => c.json(await listServices(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readService(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(
      await updateService(c.var.actor, c.req.valid("param").id, c.req.valid("json"), c.req.valid("query")),
      200,
    ),
  )
  .openapi(remove, async (c) => {
    const version = await deleteService(c.var.actor, c.req.valid("param").id, c.req.valid("query"));
    return c.body(null, 204, { "latchkey-ruleset-version": String(version) });
  })
  .openapi(test, async (c) =>
    c.json(await testService(c.var.actor, c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(importScopes, async (c) => {
    const given = { ...c.req.valid("json"), ...c.req.valid("query") };
    return c.json(await importRequiredScopes(c.var.actor, c.req.valid("param").id, given), 200);
  });
