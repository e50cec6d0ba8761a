import type { Context } from "hono";
import type { Actor } from "@/lib/api/actor";
import { keyCaller, takeCall } from "@/lib/api/caller/key-caller";
import { presentedKey } from "@/lib/api/caller/presented-key";
import { Problem } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problems/problem-response";
import { readBody } from "@/lib/api/read-body";
import { createRouter, type ApiEnv } from "@/lib/api/router";
import { presentFailure } from "@/lib/authzen/answer";
import { evaluate } from "@/lib/authzen/evaluate";
import { evaluateAll } from "@/lib/authzen/evaluate-all";
import type { AskedHow } from "@/lib/authzen/judge";
import { readMetadata } from "@/lib/authzen/metadata";
import { readJson } from "@/lib/authzen/read-body";
import { limitHeaders } from "@/lib/limits/headers";

/** OpenID AuthZEN Authorization API 1.0, at the roots that it names; its failures are its own, not problem documents. */
export const authzenRoutes = createRouter();

authzenRoutes.onError((error, c) => {
  const { status, message, headers } = presentFailure(asProblem(error, c.var.requestId));
  return c.text(message, status, headers);
});

authzenRoutes.use("/access/v1/*", readBody);
authzenRoutes.post("/access/v1/evaluation", (c) => answer(c, evaluate));
authzenRoutes.post("/access/v1/evaluations", (c) => answer(c, evaluateAll));
authzenRoutes.get("/.well-known/authzen-configuration", (c) => c.json(readMetadata()));

async function answer<Answer extends object>(
  c: Context<ApiEnv>,
  ask: (actor: Actor, sent: unknown, how: AskedHow) => Answer | Promise<Answer>,
): Promise<Response> {
  const startedAt = performance.now();
  const actor = await callerOf(c);
  if (!isJson(c.req.header("content-type")))
    throw new Problem("bad-request", "Send the question as application/json.");
  const sent = readJson(Buffer.from(await c.req.arrayBuffer()));
  return c.json(await ask(actor, sent, { startedAt, leavesWithTurn: false }));
}

/** A key, within its limits. Sessions do not ask. */
async function callerOf(c: Context<ApiEnv>): Promise<Actor> {
  const value = await presentedKey(c);
  if (value === null) throw new Problem("unauthorized", "Send a key as Authorization: Bearer.");
  const { address } = c.var;
  const origin = c.req.header("origin");
  const { actor, key } = await keyCaller(value, {
    via: "api",
    endpoint: `POST ${c.req.path}`,
    address,
    origin,
  });
  await takeCall(key, (outcome) => c.set("limitHeaders", limitHeaders(outcome)));
  return actor;
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
