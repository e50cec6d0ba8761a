import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { createRoute, z } from "@hono/zod-openapi";
import { createRouter } from "@/lib/api/router";
import { recordCall } from "@/lib/gateway/call";
import { askForwardAuth } from "@/lib/gateway/forward-auth/ask";
import { ownPorts } from "@/lib/gateway/own-ports";

/**
 * `/forward-auth` where Next serves the API; `server.ts` answers it before this app. Who is at the other end of the
 * connection is not known here, so a proxy has to show its key.
 */
export const forwardAuthRoutes = createRouter();

const described = createRoute({
  method: "get",
  path: "/forward-auth",
  operationId: "askForwardAuth",
  tags: ["Rules"],
  summary: "Judge the request that a proxy is about to forward",
  description:
    "For nginx `auth_request`, Caddy `forward_auth` and Traefik ForwardAuth, with any method. The proxy is believed if its address is listed in the service's `forwardAuth.callers`, or by `X-Latchkey-Proxy-Key`, a key with `verify:keys`. Credentials are the caller's. The original method, address and host come in the headers of the service's `forwardAuth.dialect`, the caller's address in `X-Forwarded-For`.",
  security: [],
  request: {
    query: z.object({
      workspace: z.string().describe("Slug"),
      service: z.string().describe("Slug"),
      status: z
        .literal("403")
        .optional()
        .describe("Answers every refusal but 401 with 403; `X-Latchkey-Status` has the status meant"),
    }),
  },
  responses: {
    204: { description: "May be forwarded, with these `X-Latchkey-*` headers" },
    401: { description: "No or a bad credential, or a proxy that is not believed" },
    403: { description: "The rules refuse it" },
    429: { description: "A limit of the key was reached" },
    503: { description: "It cannot be judged now" },
  },
});
forwardAuthRoutes.openAPIRegistry.registerPath(described);

forwardAuthRoutes.all("/forward-auth", async (c) => {
  const ports = ownPorts();
  const answer = await askForwardAuth({ request: asIncoming(c.req.raw), response: null, ports });
  recordCall(answer.call, { status: answer.statusMeant, ports });
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.headers.length; at += 2)
    headers.set(String(answer.headers[at]), String(answer.headers[at + 1]));
  const body = answer.body === null ? null : new Uint8Array(answer.body);
  return new Response(body, { status: answer.status, headers });
});

function asIncoming({ method, url, headers }: Request): IncomingMessage {
  const { pathname, search } = new URL(url);
  const pairs = [...headers];
  return Object.assign(new IncomingMessage(new Socket()), {
    method,
    url: `${pathname}${search}`,
    headers: Object.fromEntries(pairs),
    rawHeaders: pairs.flat(),
  });
}
