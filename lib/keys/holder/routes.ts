import { createRoute } from "@hono/zod-openapi";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { revokeSelf } from "@/lib/keys/holder/revoke-self";
import { RevokedSelf, Whoami } from "@/lib/keys/holder/schema";
import { whoami } from "@/lib/keys/holder/whoami";
import { RevokeKey } from "@/lib/keys/changes/schema";

const tags = ["whoami"];

const read = createRoute({
  method: "get",
  path: "/whoami",
  tags,
  operationId: "whoami",
  summary: "Who the presented credential is; needs no scope",
  responses: { 200: answer("The caller", Whoami) },
});

const revoke = createRoute({
  method: "post",
  path: "/whoami/revoke",
  tags,
  operationId: "revokeSelf",
  "x-repeatable": true,
  summary: "Revoke the presented key for good; needs no scope and takes from no limit",
  request: { body: { ...body(RevokeKey), required: false } },
  responses: { 200: answer("The key is revoked", RevokedSelf) },
});

/** What a credential may ask about and do to itself, whatever it may do besides. */
export const holderRoutes = createRouter()
  .openapi(read, async (c) => c.json(await whoami(c.var.actor), 200))
  .openapi(revoke, async (c) =>
    c.json(await revokeSelf(c.var.actor, RevokeKey.parse(c.req.valid("json"))), 200),
  );
