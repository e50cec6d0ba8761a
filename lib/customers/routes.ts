import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { answer, body, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createCustomer } from "@/lib/customers/create";
import { deleteCustomer } from "@/lib/customers/delete";
import { listCustomers, readCustomer } from "@/lib/customers/read";
import {
  CreateCustomer,
  Customer,
  CustomerPage,
  DeleteCustomer,
  ListCustomers,
  UpdateCustomer,
} from "@/lib/customers/schema";
import { updateCustomer } from "@/lib/customers/update";

const ofCustomer = { params: z.object({ id: z.string().max(200).describe("Id or external id") }) };
const tags = ["Customers"];

const create = createRoute({
  method: "post",
  path: "/customers",
  tags,
  operationId: "createCustomer",
  summary: "Add a customer",
  request: { headers: IdempotencyHeader, body: body(CreateCustomer) },
  responses: { 201: answer("The customer", Customer) },
});

const list = createRoute({
  method: "get",
  path: "/customers",
  tags,
  operationId: "listCustomers",
  summary: "List and search customers",
  request: { query: ListCustomers },
  responses: { 200: answer("A page of customers", CustomerPage) },
});

const read = createRoute({
  method: "get",
  path: "/customers/{id}",
  tags,
  operationId: "readCustomer",
  summary: "Read a customer",
  request: ofCustomer,
  responses: { 200: answer("The customer", Customer) },
});

const update = createRoute({
  method: "patch",
  path: "/customers/{id}",
  tags,
  operationId: "updateCustomer",
  summary: "Change, disable or enable a customer",
  request: { ...ofCustomer, body: body(UpdateCustomer) },
  responses: { 200: answer("The customer as it is now", Customer) },
});

const remove = createRoute({
  method: "delete",
  path: "/customers/{id}",
  tags,
  operationId: "deleteCustomer",
  summary: "Remove a customer that has no keys, or revoke its keys and remove it",
  request: { ...ofCustomer, query: DeleteCustomer },
  responses: { 204: { description: "Removed" } },
});

/** Everything under `/customers` but members. */
export const customerRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createCustomer", input });
    return c.json(await createCustomer(c.var.actor, { ...input, once }), 201);
  })
  .openapi(list, async (c) => c.json(await listCustomers(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readCustomer(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(
      await updateCustomer(c.var.actor, { ...c.req.valid("json"), customer: c.req.valid("param").id }),
      200,
    ),
  )
  .openapi(remove, async (c) => {
    const revokesKeys = c.req.valid("query").revokeKeys === "true";
    await deleteCustomer(c.var.actor, { customer: c.req.valid("param").id, revokesKeys });
    return c.body(null, 204);
  });
