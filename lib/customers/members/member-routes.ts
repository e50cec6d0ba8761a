import { createRoute, z } from "@hono/zod-openapi";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import {
  listCustomerMembers,
  removeCustomerMember,
  updateCustomerMember,
} from "@/lib/customers/members/members";
import { CustomerMember, CustomerMemberPage, UpdateCustomerMember } from "@/lib/customers/schema";
import { PageQuery } from "@/lib/lists/schema";

const id = z.string().max(200).describe("Id or external id");
const ofMember = { params: z.object({ id, userId: z.string().max(100) }) };
const tags = ["Customers"];

const list = createRoute({
  method: "get",
  path: "/customers/{id}/members",
  tags,
  operationId: "listCustomerMembers",
  summary: "List the people on a customer's side",
  request: { params: z.object({ id }), query: PageQuery.strict() },
  responses: { 200: answer("Members", CustomerMemberPage) },
});

const update = createRoute({
  method: "patch",
  path: "/customers/{id}/members/{userId}",
  tags,
  operationId: "updateCustomerMember",
  summary: "Give a customer's member another role",
  request: { ...ofMember, body: body(UpdateCustomerMember) },
  responses: { 200: answer("The member", CustomerMember) },
});

const remove = createRoute({
  method: "delete",
  path: "/customers/{id}/members/{userId}",
  tags,
  operationId: "removeCustomerMember",
  summary: "Take someone off a customer's side",
  request: ofMember,
  responses: { 204: { description: "Done" } },
});

/** `/customers/{id}/members`; people come there by invitation (`POST /members/invitations`). */
export const customerMemberRoutes = createRouter()
  .openapi(list, async (c) =>
    c.json(
      await listCustomerMembers(c.var.actor, {
        ...c.req.valid("query"),
        customer: c.req.valid("param").id,
      }),
      200,
    ),
  )
  .openapi(update, async (c) => {
    const { id: customer, userId } = c.req.valid("param");
    return c.json(await updateCustomerMember(c.var.actor, { customer, userId, ...c.req.valid("json") }), 200);
  })
  .openapi(remove, async (c) => {
    const { id: customer, userId } = c.req.valid("param");
    await removeCustomerMember(c.var.actor, { customer, userId });
    return c.body(null, 204);
  });
