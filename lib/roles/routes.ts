import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createRole } from "@/lib/roles/create";
import { deleteRole } from "@/lib/roles/delete";
import { listRoles, readRole } from "@/lib/roles/read";
import { CreateRole, ListRoles, Role, RolePage, UpdateRole } from "@/lib/roles/schema";
import { updateRole } from "@/lib/roles/update";

const RoleParam = z.object({ name: z.string().max(100) });
const tags = ["roles"];

const create = createRoute({
  method: "post",
  path: "/roles",
  tags,
  operationId: "createRole",
  summary: "Make a named list of scopes",
  request: { headers: IdempotencyHeader, body: body(CreateRole) },
  responses: { 201: answer("The role", Role) },
});

const list = createRoute({
  method: "get",
  path: "/roles",
  tags,
  operationId: "listRoles",
  summary: "List roles",
  request: { query: ListRoles },
  responses: { 200: answer("A page of roles", RolePage) },
});

const read = createRoute({
  method: "get",
  path: "/roles/{name}",
  tags,
  operationId: "readRole",
  summary: "Read a role",
  request: { params: RoleParam },
  responses: { 200: answer("The role", Role) },
});

const update = createRoute({
  method: "patch",
  path: "/roles/{name}",
  tags,
  operationId: "updateRole",
  summary: "Change a role, and every key that has it",
  request: { params: RoleParam, body: body(UpdateRole) },
  responses: { 200: answer("The role as it is now", Role) },
});

const remove = createRoute({
  method: "delete",
  path: "/roles/{name}",
  tags,
  operationId: "deleteRole",
  summary: "Remove a role that no key has",
  request: { params: RoleParam },
  responses: { 204: { description: "It is gone" } },
});

/** Everything under `/roles`. */
export const roleRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createRole", input });
    return c.json(await createRole(c.var.actor, { ...input, once }), 201);
  })
  .openapi(list, async (c) => c.json(await listRoles(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readRole(c.var.actor, c.req.valid("param").name), 200))
  .openapi(update, async (c) =>
    c.json(await updateRole(c.var.actor, { ...c.req.valid("param"), ...c.req.valid("json") }), 200),
  )
  .openapi(remove, async (c) => {
    await deleteRole(c.var.actor, c.req.valid("param").name);
    return c.body(null, 204);
  });
