import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { answer, body, IdempotencyHeader } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { deleteValue } from "@/lib/datastore/delete";
import { getValue } from "@/lib/datastore/get";
import { incrementValue } from "@/lib/datastore/increment";
import { listValues } from "@/lib/datastore/list";
import { judgePreconditions } from "@/lib/datastore/value/preconditions";
import { recentValues } from "@/lib/datastore/recent";
import {
  EntryPage,
  IncrementedValue,
  IncrementValue,
  ListRecent,
  ListValues,
  OfStore,
  PutQuery,
  RecentEntries,
  StoredEntry,
} from "@/lib/datastore/schema";
import { setValue } from "@/lib/datastore/set";
import { requireHarmlessUse, valueAnswer } from "@/lib/datastore/value/value-answer";
import { expiresIn, keyIn, preconditionsIn, sentValue } from "@/lib/datastore/value/value-request";

const params = z.object({
  key: z.string().describe("1–512 bytes of UTF-8, percent-encoded as one segment: `a/b` is `a%2Fb`"),
});
const tags = ["Datastore"];
const bytes = { "*/*": { schema: { type: "string", format: "binary" } as const } };
const header = (description: string) => z.string().optional().describe(description);
const validator = z.object({ etag: header("For If-Match and If-None-Match") });
const noSuchValue = () => new Problem("not-found", "There is no such value.");

const list = createRoute({
  method: "get",
  path: "/datastore",
  tags,
  operationId: "listValues",
  summary: "List keys by prefix, in order of their bytes, and what the store holds; needs get:datastore",
  request: { query: ListValues },
  responses: { 200: answer("A page of entries", EntryPage) },
});

const recent = createRoute({
  method: "get",
  path: "/recent-values",
  tags,
  operationId: "listRecentValues",
  summary: "What was written last, newest first; needs recent:datastore",
  request: { query: ListRecent },
  responses: { 200: answer("Entries", RecentEntries) },
});

const read = createRoute({
  method: "get",
  path: "/datastore/{key}",
  tags,
  operationId: "getValue",
  summary: "Read a value, in its own Content-Type; needs get:datastore",
  request: {
    params,
    query: OfStore,
    headers: z.object({ "if-none-match": header("304 when it is still this") }),
  },
  responses: {
    200: { description: "The value", content: bytes, headers: validator },
    304: {
      description: "It is still the one that If-None-Match or If-Modified-Since names",
      headers: validator,
    },
  },
});

const put = createRoute({
  method: "put",
  path: "/datastore/{key}",
  tags,
  operationId: "setValue",
  summary: "Store a value of up to 256 KiB, JSON or any bytes; needs set:datastore",
  request: {
    params,
    query: PutQuery,
    headers: z.object({
      "if-match": header("Only in place of this one; * for any"),
      "if-none-match": header("*: only where there is none"),
      "latchkey-expires-in": header("Seconds until the value is gone, like expiresIn"),
    }),
    body: { required: true, content: bytes },
  },
  responses: {
    200: { ...answer("The entry as it is now", StoredEntry), headers: validator },
    201: { ...answer("The entry, which is new", StoredEntry), headers: validator },
  },
});

const remove = createRoute({
  method: "delete",
  path: "/datastore/{key}",
  tags,
  operationId: "deleteValue",
  summary: "Delete a value; needs del:datastore",
  request: { params, query: OfStore, headers: z.object({ "if-match": header("Only this one") }) },
  responses: { 204: { description: "It is gone" } },
});

const increment = createRoute({
  method: "post",
  path: "/datastore/{key}/increment",
  tags,
  operationId: "incrementValue",
  summary: "Add to a number in one step; one that is not there counts as 0; needs set:datastore",
  request: {
    params,
    query: OfStore,
    headers: IdempotencyHeader,
    body: body(IncrementValue),
  },
  responses: { 200: answer("The number as it is now", IncrementedValue) },
});

/** The datastore, under `/api/v1`. HEAD answers as GET does, without the value. */
export const datastoreRoutes = createRouter();

datastoreRoutes.openapi(list, async (c) => c.json(await listValues(c.var.actor, c.req.valid("query")), 200));

datastoreRoutes.openapi(recent, async (c) =>
  c.json(await recentValues(c.var.actor, c.req.valid("query")), 200),
);

datastoreRoutes.openapi(read, async (c) => {
  requireHarmlessUse(c.req.header("sec-fetch-dest"));
  const found = await getValue(c.var.actor, { key: keyIn(c), ...c.req.valid("query") });
  const outcome = judgePreconditions(preconditionsIn(c), {
    current: found === null ? null : { etag: found.entry.etag, updatedAt: new Date(found.entry.updatedAt) },
    method: "read",
  });
  if (found === null) throw noSuchValue();
  return valueAnswer(found, outcome);
});

datastoreRoutes.openapi(put, async (c) => {
  const { customer, expiresIn: inQuery } = c.req.valid("query");
  const { value, contentType, isWhole } = await sentValue(c);
  const { entry, isNew } = await setValue(c.var.actor, {
    key: keyIn(c),
    value,
    contentType,
    customer,
    expiresInSeconds: expiresIn(c, inQuery),
    ...preconditionsIn(c),
  });
  // A validator may go with the answer only when the very bytes that were sent were stored (RFC 9110, section 9.3.4).
  if (isWhole) c.header("etag", entry.etag);
  return isNew ? c.json(entry, 201) : c.json(entry, 200);
});

datastoreRoutes.openapi(remove, async (c) => {
  const { customer } = c.req.valid("query");
  if (!(await deleteValue(c.var.actor, { key: keyIn(c), customer, ...preconditionsIn(c) })))
    throw noSuchValue();
  return c.body(null, 204);
});

datastoreRoutes.openapi(increment, async (c) => {
  const input = { key: keyIn(c), by: c.req.valid("json").by, customer: c.req.valid("query").customer };
  const once = onceFrom(c.req.header("idempotency-key"), { operation: "incrementValue", input });
  return c.json(await incrementValue(c.var.actor, input, once), 200);
});
