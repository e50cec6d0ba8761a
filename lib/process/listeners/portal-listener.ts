import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import next from "next";
import { addressHeader, trustAddressHeader } from "@/lib/accounts/browser/request-address";
import { handleAuthzen } from "@/lib/authzen/handler";
import { createApiApp } from "@/lib/api/app";
import { clientAddress } from "@/lib/api/caller/client-address";
import { Problem } from "@/lib/api/problem";
import { problemResponse } from "@/lib/api/problems/problem-response";
import { newId } from "@/lib/db/id";
import type { Environment } from "@/lib/env";
import { handleForwardAuth, isForwardAuth } from "@/lib/gateway/forward-auth/handler";
import { handleVerify } from "@/lib/keys/verification/verify-handler";
import { closeServer } from "@/lib/process/listeners/close-server";
import { compressedStatic } from "@/lib/process/build/static-files";
import type { Listener } from "@/lib/process/listeners/listener";

/** Longest request head, in bytes: what a proxy asks with holds its caller's whole head, and the address again. */
const headBytesMax = 48 * 1024;

/** PORT: the hottest paths first, then the API app, then Next's pages (unless LISTEN names `api` alone). */
export async function startPortalListener(env: Environment): Promise<Listener> {
  const pages = env.LISTEN.includes("portal") ? await startPages(env) : noPages;
  const api = getRequestListener(createApiApp().fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => problemResponse(notReadable(error), newId("req")),
  });
  const limits = {
    requestTimeout: 60_000,
    headersTimeout: 10_000,
    maxHeaderSize: headBytesMax,
    // Longer than proxies keep a connection that they do not use.
    keepAliveTimeout: 65_000,
  };
  const server = createServer(limits, (request, response) => {
    if (isForwardAuth(request.url ?? "")) return handleForwardAuth(request, response);
    if (isVerify(request) && handleVerify(request, response)) return;
    if (handleAuthzen(request, response)) return;
    void (isApi(request.url ?? "/") ? api(request, response) : pages.answer(request, response));
  });
  const port = await listen(server, env);
  return { name: "portal", port, close: (graceMs) => closeServer(server, graceMs).then(pages.close) };
}

/** What cannot be made a request of has not come as far as the app, which answers everything else. */
function notReadable(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  return new Problem("bad-request", "The address, or the Host header, is not one of HTTP's.");
}

interface Pages {
  answer: RequestListener;
  close(): Promise<void>;
}

async function startPages(env: Environment): Promise<Pages> {
  const app = next({ dev: env.NODE_ENV === "development", hostname: env.HOST, port: env.PORT });
  await app.prepare();
  const handle = app.getRequestHandler();
  trustAddressHeader();
  const answerStatic = compressedStatic(process.cwd());
  const answer: RequestListener = (request, response) => {
    if (answerStatic(request, response)) return;
    request.headers[addressHeader] =
      clientAddress(request.socket.remoteAddress, String(request.headers["x-forwarded-for"] ?? "")) ?? "";
    void handle(request, response);
  };
  return { answer, close: () => app.close() };
}

const noPages: Pages = {
  answer: (_request, response) => response.writeHead(404).end(),
  close: () => Promise.resolve(),
};

const verifyPath = "/api/v1/keys/verify";

function isVerify(request: IncomingMessage): boolean {
  if (request.method !== "POST") return false;
  const url = request.url ?? "";
  return url === verifyPath || url.startsWith(`${verifyPath}?`);
}

const apiPrefixes = ["/api/v1/", "/access/v1/", "/.well-known/"];
const apiPaths = new Set(["/openapi.json", "/healthz", "/readyz", "/metrics", "/api/v1"]);

function isApi(url: string): boolean {
  const question = url.indexOf("?");
  const path = question < 0 ? url : url.slice(0, question);
  return apiPaths.has(path) || apiPrefixes.some((prefix) => path.startsWith(prefix));
}

function listen(server: Server, env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.PORT, env.HOST, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : env.PORT);
    });
  });
}
