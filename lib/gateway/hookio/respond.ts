import type { ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Problem, problemHeaders } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problems/problem-response";
import type { Call } from "@/lib/gateway/call";
import type { CanonicalRequest } from "@/lib/gateway/canonical";
import { type Ask, readAsk } from "@/lib/gateway/hookio/ask";
import { checkAccess } from "@/lib/gateway/hookio/endpoints/check-access";
import {
  deleteHookioValue,
  getHookioValue,
  listRecentKeys,
  setHookioValue,
} from "@/lib/gateway/hookio/endpoints/datastore";
import { serveEvents } from "@/lib/gateway/hookio/endpoints/events";
import { serveLogs } from "@/lib/gateway/hookio/endpoints/logs";
import { type Endpoint, endpoints, type Meant } from "@/lib/gateway/hookio/endpoint";
import { createHookioKey, destroyHookioKey, listHookioKeys } from "@/lib/gateway/hookio/endpoints/keys";
import { hookioRefusal } from "@/lib/gateway/hookio/refusal";
import {
  createHookioService,
  deleteHookioService,
  updateHookioService,
} from "@/lib/gateway/hookio/endpoints/services";
import { ClientLeft } from "@/lib/gateway/credential/presented";
import { endRequest } from "@/lib/gateway/refusal/refuse";

/** Answers JSON, or a whole response where something streams. */
const handlers: Readonly<Record<Endpoint, (ask: Ask) => Promise<unknown>>> = {
  "/keys/checkAccess": checkAccess,
  "/keys/create": createHookioKey,
  "/keys/destroy": destroyHookioKey,
  "/keys/all": listHookioKeys,
  "/datastore/set": setHookioValue,
  "/datastore/get": getHookioValue,
  "/datastore/del": deleteHookioValue,
  "/datastore/recent": listRecentKeys,
  "/new": createHookioService,
  "/admin": updateHookioService,
  "/{workspace}/events": serveEvents,
  "/{workspace}/{service}/logs": serveLogs,
  "/{workspace}/{service}/delete": deleteHookioService,
};

/** What a call of one of hook.io's addresses brings along. */
export interface HookioCall {
  call: Call;
  canonical: CanonicalRequest;
  meant: Meant;
  response: ServerResponse;
}

/** Answers a call of one of hook.io's addresses. Never throws. */
export function respond(asked: HookioCall): void {
  const listener = getRequestListener(() => answer(asked), { overrideGlobalObjects: false });
  void listener(asked.call.request, asked.response).finally(() => endRequest(asked.call));
}

async function answer({ call, canonical, meant, response }: HookioCall): Promise<Response> {
  const told: Ask["told"] = { user: "anonymous", limits: {} };
  try {
    requireMethod(canonical.method, endpoints[meant.endpoint]);
    const ask = await readAsk(call, { canonical, meant, response, told });
    const made = await handlers[meant.endpoint](ask);
    return withHeaders(made instanceof Response ? made : Response.json(made), call, told.limits);
  } catch (error) {
    return refusal(error, { call, meant, told });
  }
}

function requireMethod(method: string, taken: readonly string[]): void {
  if (!taken.includes(method))
    throw new Problem("method-not-allowed", `This address takes ${taken.join(", ")}.`, { allow: taken });
}

function refusal(
  error: unknown,
  { call, meant, told }: Pick<HookioCall, "call" | "meant"> & Pick<Ask, "told">,
): Response {
  const problem =
    error instanceof ClientLeft
      ? new Problem("bad-request", "The request ended before its body was whole.")
      : asProblem(error, call.requestId);
  const { status, body } = hookioRefusal(problem, { endpoint: meant.endpoint, user: told.user });
  const headers = { ...problemHeaders(problem), "content-type": "application/json" };
  return withHeaders(Response.json(body, { status, headers }), call, told.limits);
}

function withHeaders(response: Response, call: Call, limits: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(limits)) response.headers.set(name, value);
  response.headers.set("x-request-id", call.requestId);
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-content-type-options", "nosniff");
  return response;
}
