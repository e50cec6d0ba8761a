import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createIssuer } from "@/lib/issuers/create";
import { deleteIssuer } from "@/lib/issuers/delete";
import { listIssuers, readIssuer, readIssuerKeys } from "@/lib/issuers/read";
import {
  CreateIssuer,
  Issuer,
  IssuerFilters,
  IssuerKeys,
  IssuerPage,
  UpdateIssuer,
} from "@/lib/issuers/schema";
import { updateIssuer } from "@/lib/issuers/update";

const tags = ["issuers"];
const IssuerParam = z.object({ id: z.string().max(100) });

const create = createRoute({
  method: "post",
  path: "/issuers",
  tags,
  operationId: "createIssuer",
  summary: "Register whose JWTs are credentials at the gateway",
  request: { headers: IdempotencyHeader, body: body(CreateIssuer) },
  responses: { 201: answer("The issuer", Issuer) },
});

const list = createRoute({
  method: "get",
  path: "/issuers",
  tags,
  operationId: "listIssuers",
  summary: "List and search issuers",
  request: { query: IssuerFilters },
  responses: { 200: answer("A page of issuers", IssuerPage) },
});

const read = createRoute({
  method: "get",
  path: "/issuers/{id}",
  tags,
  operationId: "readIssuer",
  summary: "Read an issuer",
  request: { params: IssuerParam },
  responses: { 200: answer("The issuer", Issuer) },
});

const keys = createRoute({
  method: "get",
  path: "/issuers/{id}/keys",
  tags,
  operationId: "readIssuerKeys",
  summary: "Read the keys that this node checks the issuer's tokens with",
  request: { params: IssuerParam },
  responses: { 200: answer("The keys", IssuerKeys) },
});

const update = createRoute({
  method: "patch",
  path: "/issuers/{id}",
  tags,
  operationId: "updateIssuer",
  summary: "Change, disable or enable an issuer",
  request: { params: IssuerParam, body: body(UpdateIssuer) },
  responses: { 200: answer("The issuer as it is now", Issuer) },
});

const remove = createRoute({
  method: "delete",
  path: "/issuers/{id}",
  tags,
  operationId: "deleteIssuer",
  summary: "Remove an issuer; its tokens then belong to upstreams again",
  request: { params: IssuerParam },
  responses: { 204: { description: "Gone" } },
});

/** `/issuers`: whose JWTs count here. */
export const issuerRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.valid("header")["idempotency-key"], { operation: "createIssuer", input });
    return c.json(await createIssuer(c.var.actor, input, once), 201);
  })
  .openapi(list, async (c) => c.json(await listIssuers(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readIssuer(c.var.actor, c.req.valid("param").id), 200))
  .openapi(keys, async (c) => c.json(await readIssuerKeys(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(await updateIssuer(c.var.actor, c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(remove, async (c) => {
    await deleteIssuer(c.var.actor, c.req.valid("param").id);
    return c.body(null, 204);
  });
