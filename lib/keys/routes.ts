import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter, type ApiEnv } from "@/lib/api/router";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/reading/list";
import { readKey } from "@/lib/keys/reading/read";
import { readGrant } from "@/lib/keys/reading/read-grant";
import { revokeKey, revokeKeys } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation, extendRotation } from "@/lib/keys/changes/rotation";
import {
  CreateKey,
  ExtendRotation,
  RevokedKeys,
  RevokeKey,
  RevokeKeys,
  RotateKey,
  UpdateKey,
} from "@/lib/keys/changes/schema";
import { KeyGrant, KeyPage, ListKeys } from "@/lib/keys/reading/schema";
import { IssuedKey, Key, KeyDetail } from "@/lib/keys/schema";
import { VerifyAnswer, VerifyRequest } from "@/lib/keys/verification/schema";
import { updateKey } from "@/lib/keys/update";
import { verifyKey } from "@/lib/keys/verification/verify";

const KeyParam = z.object({ id: z.string().max(100) });
const tags = ["keys"];

const create = createRoute({
  method: "post",
  path: "/keys",
  tags,
  operationId: "createKey",
  summary: "Make a key; its value is in this answer only",
  request: { headers: IdempotencyHeader, body: body(CreateKey) },
  responses: { 201: answer("The key and its value", IssuedKey) },
});

const list = createRoute({
  method: "get",
  path: "/keys",
  tags,
  operationId: "listKeys",
  summary: "List and search keys",
  request: { query: ListKeys },
  responses: { 200: answer("A page of keys", KeyPage) },
});

const read = createRoute({
  method: "get",
  path: "/keys/{id}",
  tags,
  operationId: "readKey",
  summary: "Read a key and its secrets, never their values",
  request: { params: KeyParam },
  responses: { 200: answer("The key", KeyDetail) },
});

const grant = createRoute({
  method: "get",
  path: "/keys/{id}/grant",
  tags,
  operationId: "readKeyGrant",
  summary: "Read what a key may do: its scopes, its roles' and what its customer's ceiling leaves",
  request: { params: KeyParam },
  responses: { 200: answer("The grant", KeyGrant) },
});

const update = createRoute({
  method: "patch",
  path: "/keys/{id}",
  tags,
  operationId: "updateKey",
  summary: "Change, disable or enable a key",
  request: { params: KeyParam, body: body(UpdateKey) },
  responses: { 200: answer("The key as it is now", Key) },
});

const rotate = createRoute({
  method: "post",
  path: "/keys/{id}/rotate",
  tags,
  operationId: "rotateKey",
  summary: "Issue a new secret; the old one works through the overlap",
  request: { params: KeyParam, headers: IdempotencyHeader, body: body(RotateKey) },
  responses: { 200: answer("The key and its new value", IssuedKey) },
});

const extend = createRoute({
  method: "patch",
  path: "/keys/{id}/rotation",
  tags,
  operationId: "extendRotation",
  summary: "Move the end of the running overlap",
  request: { params: KeyParam, body: body(ExtendRotation) },
  responses: { 200: answer("The key as it is now", Key) },
});

const end = createRoute({
  method: "delete",
  path: "/keys/{id}/rotation",
  tags,
  operationId: "endRotation",
  summary: "End the running overlap now",
  request: { params: KeyParam },
  responses: { 200: answer("The key as it is now", Key) },
});

const revoke = createRoute({
  method: "post",
  path: "/keys/{id}/revoke",
  tags,
  operationId: "revokeKey",
  "x-repeatable": true,
  summary: "Revoke a key for good",
  request: { params: KeyParam, body: body(RevokeKey) },
  responses: { 200: answer("The key as it is now", Key) },
});

const revokeMany = createRoute({
  method: "post",
  path: "/keys/revoke",
  tags,
  operationId: "revokeKeys",
  "x-repeatable": true,
  summary: "Revoke up to 500 keys for good, by id or by filter, all or none",
  request: { body: body(RevokeKeys) },
  responses: { 200: answer("Which of them are revoked now", RevokedKeys) },
});

const verify = createRoute({
  method: "post",
  path: "/keys/verify",
  tags,
  operationId: "verifyKey",
  "x-repeatable": true,
  summary: "Ask whether a presented key is good for a call",
  request: { body: body(VerifyRequest) },
  responses: { 200: answer("The verdict, whatever it is", VerifyAnswer) },
});

/** Everything under `/keys` but usage. */
export const keyRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = c.req.valid("json");
    return c.json(await createKey(c.var.actor, { ...input, once: once(c, "createKey", input) }), 201);
  })
  .openapi(list, async (c) => c.json(await listKeys(c.var.actor, c.req.valid("query")), 200))
  .openapi(verify, async (c) => {
    const context = { requestId: c.var.requestId, startedAt: performance.now() };
    return c.json(await verifyKey(c.var.actor, c.req.valid("json"), context), 200);
  })
  .openapi(revokeMany, async (c) => c.json(await revokeKeys(c.var.actor, c.req.valid("json")), 200))
  .openapi(read, async (c) => c.json(await readKey(c.var.actor, c.req.valid("param").id), 200))
  .openapi(grant, async (c) => c.json(await readGrant(c.var.actor, c.req.valid("param").id), 200))
  .openapi(update, async (c) =>
    c.json(await updateKey(c.var.actor, { keyId: c.req.valid("param").id, ...c.req.valid("json") }), 200),
  )
  .openapi(rotate, async (c) => {
    const call = { keyId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(await rotateKey(c.var.actor, { ...call, once: once(c, "rotateKey", call) }), 200);
  })
  .openapi(extend, async (c) =>
    c.json(
      await extendRotation(c.var.actor, { keyId: c.req.valid("param").id, ...c.req.valid("json") }),
      200,
    ),
  )
  .openapi(end, async (c) => c.json(await endRotation(c.var.actor, { keyId: c.req.valid("param").id }), 200))
  .openapi(revoke, async (c) =>
    c.json(await revokeKey(c.var.actor, { keyId: c.req.valid("param").id, ...c.req.valid("json") }), 200),
  );

function once(c: Context<ApiEnv>, operation: string, input: unknown) {
  return onceFrom(c.req.header("idempotency-key"), { operation, input });
}
