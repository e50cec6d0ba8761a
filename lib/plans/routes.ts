import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createPlan } from "@/lib/plans/create";
import { deletePlan } from "@/lib/plans/delete";
import { listPlans, readPlan } from "@/lib/plans/read";
import { CreatePlan, ListPlans, Plan, PlanPage, UpdatePlan } from "@/lib/plans/schema";
import { updatePlan } from "@/lib/plans/update";

const PlanParam = z.object({ name: z.string().max(100) });
const tags = ["plans"];

const create = createRoute({
  method: "post",
  path: "/plans",
  tags,
  operationId: "createPlan",
  summary: "Make a plan",
  request: { headers: IdempotencyHeader, body: body(CreatePlan) },
  responses: { 201: answer("The plan", Plan) },
});

const list = createRoute({
  method: "get",
  path: "/plans",
  tags,
  operationId: "listPlans",
  summary: "List and search plans",
  request: { query: ListPlans },
  responses: { 200: answer("A page of plans", PlanPage) },
});

const read = createRoute({
  method: "get",
  path: "/plans/{name}",
  tags,
  operationId: "readPlan",
  summary: "Read a plan",
  request: { params: PlanParam },
  responses: { 200: answer("The plan", Plan) },
});

const update = createRoute({
  method: "patch",
  path: "/plans/{name}",
  tags,
  operationId: "updatePlan",
  summary: "Change a plan, for all its keys at once",
  request: { params: PlanParam, body: body(UpdatePlan) },
  responses: { 200: answer("The plan as it is now", Plan) },
});

const remove = createRoute({
  method: "delete",
  path: "/plans/{name}",
  tags,
  operationId: "deletePlan",
  summary: "Remove a plan that nothing uses",
  request: { params: PlanParam },
  responses: { 204: { description: "The plan is gone" } },
});

/** Everything under `/plans`. */
export const planRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    const once = onceFrom(c.req.header("idempotency-key"), { operation: "createPlan", input });
    return c.json(await createPlan(c.var.actor, input, once), 201);
  })
  .openapi(list, async (c) => c.json(await listPlans(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readPlan(c.var.actor, c.req.valid("param").name), 200))
  .openapi(update, async (c) =>
    c.json(await updatePlan(c.var.actor, { ...c.req.valid("param"), ...c.req.valid("json") }), 200),
  )
  .openapi(remove, async (c) => {
    await deletePlan(c.var.actor, c.req.valid("param").name);
    return c.body(null, 204);
  });
