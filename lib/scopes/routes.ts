import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { canonicalScope } from "@/lib/scopes/catalogue";
import { defineScope } from "@/lib/scopes/define";
import { deleteScope } from "@/lib/scopes/delete";
import { listScopes } from "@/lib/scopes/list";
import { DefineScope, ListScopes, ScopeEntry, ScopePage, UpdateScope } from "@/lib/scopes/schema";
import { updateScope } from "@/lib/scopes/update";

const ScopeParam = z.object({
  name: z.string().max(100).transform(canonicalScope).describe("Such as `read:invoices`"),
});
const tags = ["scopes"];

const list = createRoute({
  method: "get",
  path: "/scopes",
  tags,
  operationId: "listScopes",
  summary: "List the scopes of the workspace, or Latchkey's own",
  request: { query: ListScopes },
  responses: { 200: answer("A page of scopes", ScopePage) },
});

const define = createRoute({
  method: "post",
  path: "/scopes",
  tags,
  operationId: "defineScope",
  summary: "Define a scope of your own API",
  request: { headers: IdempotencyHeader, body: body(DefineScope) },
  responses: { 201: answer("The scope", ScopeEntry) },
});

const update = createRoute({
  method: "patch",
  path: "/scopes/{name}",
  tags,
  operationId: "updateScope",
  summary: "Say anew what a scope means",
  request: { params: ScopeParam, body: body(UpdateScope) },
  responses: { 200: answer("The scope as it is now", ScopeEntry) },
});

const remove = createRoute({
  method: "delete",
  path: "/scopes/{name}",
  tags,
  operationId: "deleteScope",
  summary: "Remove a scope that nothing names",
  request: { params: ScopeParam },
  responses: { 204: { description: "It is gone" } },
});

/** Everything under `/scopes`. */
export const scopeRoutes = createRouter()
  .openapi(list, async (c) => c.json(await listScopes(c.var.actor, c.req.valid("query")), 200))
  .openapi(define, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "defineScope", input });
    return c.json(await defineScope(c.var.actor, { ...input, once }), 201);
  })
  .openapi(update, async (c) =>
    c.json(await updateScope(c.var.actor, { ...c.req.valid("param"), ...c.req.valid("json") }), 200),
  )
  .openapi(remove, async (c) => {
    await deleteScope(c.var.actor, c.req.valid("param").name);
    return c.body(null, 204);
  });
