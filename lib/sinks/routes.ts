import { createRoute, z } from "@hono/zod-openapi";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { createSink } from "@/lib/sinks/create";
import { deleteSink } from "@/lib/sinks/delete";
import { listSinks, readSink } from "@/lib/sinks/read";
import { CreateSink, ListSinks, Sink, SinkPage, UpdateSink } from "@/lib/sinks/schema";
import { updateSink } from "@/lib/sinks/update";

const tags = ["Sinks"];
const SinkParam = z.object({ id: z.string().max(100) });

const create = createRoute({
  method: "post",
  path: "/sinks",
  tags,
  operationId: "createSink",
  summary: "Push usage to OpenMeter as CloudEvents",
  request: { body: body(CreateSink) },
  responses: { 201: answer("The sink", Sink) },
});

const list = createRoute({
  method: "get",
  path: "/sinks",
  tags,
  operationId: "listSinks",
  summary: "List sinks with their lag and last error",
  request: { query: ListSinks },
  responses: { 200: answer("A page of sinks", SinkPage) },
});

const read = createRoute({
  method: "get",
  path: "/sinks/{id}",
  tags,
  operationId: "readSink",
  summary: "Read a sink, its lag and last error",
  request: { params: SinkParam },
  responses: { 200: answer("The sink", Sink) },
});

const update = createRoute({
  method: "patch",
  path: "/sinks/{id}",
  tags,
  operationId: "updateSink",
  summary: "Change, stop or start a sink, or send again from a time on",
  request: { params: SinkParam, body: body(UpdateSink) },
  responses: { 200: answer("The sink as it is now", Sink) },
});

const remove = createRoute({
  method: "delete",
  path: "/sinks/{id}",
  tags,
  operationId: "deleteSink",
  summary: "Remove a sink and what waits for it",
  request: { params: SinkParam },
  responses: { 204: { description: "Gone" } },
});

/** `/sinks`. */
export const sinkRoutes = createRouter()
  .openapi(create, async (c) => c.json(await createSink(c.var.actor, c.req.valid("json")), 201))
  .openapi(list, async (c) => c.json(await listSinks(c.var.actor, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await readSink(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(await updateSink(c.var.actor, c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(remove, async (c) => {
    await deleteSink(c.var.actor, c.req.valid("param").id);
    return c.body(null, 204);
  });
