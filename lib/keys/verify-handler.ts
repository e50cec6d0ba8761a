import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { KeyActor } from "@/lib/api/actor";
import { clientAddress } from "@/lib/api/client-address";
import { Problem, problemDocument, problemHeaders, problemTable } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problem-response";
import { inputProblem } from "@/lib/api/router";
import { newId } from "@/lib/db/id";
import { authenticateSecret } from "@/lib/keys/authenticate";
import { valueLengthMax } from "@/lib/keys/format";
import { verifyHeaders } from "@/lib/keys/verify-headers";
import { VerifyRequest, type VerifyAnswer } from "@/lib/keys/schema";
import { verifyKey } from "@/lib/keys/verify";
import { atEndOfTurn } from "@/lib/process/end-of-turn";

/** Larger bodies take the long way, where their size is limited and their fields refused one by one. */
const bodyBytesMax = 16_384;

/**
 * `POST /api/v1/keys/verify` straight from `node:http`, for the plain case: one key as caller, warm and without limits
 * of its own, and a small JSON body. Answers false, having touched nothing, for everything else; then the API app
 * answers, with the same function and so with the same words.
 */
export function handleVerify(request: IncomingMessage, response: ServerResponse): boolean {
  const startedAt = performance.now();
  if (!isPlain(request)) return false;
  const value = callerValue(request.rawHeaders);
  const actor = value === null ? null : callerActor(value, request);
  if (actor === null) return false;
  const context = { requestId: newId("req"), startedAt, leavesWithTurn: true } as const;
  readText(request, (text) => {
    try {
      const answer = verifyKey(actor, parseBody(text), context);
      if (answer instanceof Promise)
        answer.then(
          (late) => send(response, late),
          (error: unknown) => refuse(response, error, context.requestId),
        );
      else send(response, answer);
    } catch (error) {
      refuse(response, error, context.requestId);
    }
  });
  return true;
}

function isPlain({ url, headers }: IncomingMessage): boolean {
  return (
    url === "/api/v1/keys/verify" &&
    headers["content-type"]?.startsWith("application/json") === true &&
    headers["content-length"] !== undefined &&
    Number(headers["content-length"]) <= bodyBytesMax &&
    headers["content-encoding"] === undefined &&
    headers.expect === undefined &&
    headers.origin === undefined
  );
}

const credentialNames = new Set(["authorization", "x-api-key", "hook_private_key", "hookio-private-key"]);

/** The one credential among the headers; null when there is none, more than one, or another scheme. */
function callerValue(rawHeaders: readonly string[]): string | null {
  let found: string | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (!credentialNames.has(name)) continue;
    const value = rawHeaders[index + 1] ?? "";
    if (found !== null || (name === "authorization" && !value.startsWith("Bearer "))) return null;
    found = name === "authorization" ? value.slice(7) : value;
  }
  return found !== null && found.length <= valueLengthMax ? found : null;
}

/** A caller that is known at once and that no address list or limit needs to be asked about. */
function callerActor(value: string, request: IncomingMessage): KeyActor | null {
  const caller = authenticateSecret(value);
  if (caller instanceof Promise || !caller.ok) {
    if (caller instanceof Promise) caller.catch(() => undefined);
    return null;
  }
  const { workspaceId, keyId, secretId, name, customer, scopes, limits, allowedIps } = caller.key;
  if (limits !== null || allowedIps.length > 0) return null;
  return {
    kind: "key",
    workspaceId,
    keyId,
    secretId,
    name,
    customerId: customer?.id ?? null,
    scopes,
    address: addressOf(request),
  };
}

const peers = new WeakMap<Socket, string | null>();

/** Without forwarding headers the address is the socket's for all its requests. */
function addressOf({ socket, headers }: IncomingMessage): string | null {
  const forwardedFor = headers["x-forwarded-for"];
  if (forwardedFor !== undefined) return clientAddress(socket.remoteAddress, String(forwardedFor));
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const address = clientAddress(socket.remoteAddress, undefined);
  peers.set(socket, address);
  return address;
}

/** Node lets no more through than Content-Length says. A caller that leaves early gets no answer. */
function readText(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () =>
    done(
      (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)).toString("utf8"),
    ),
  );
  request.on("error", () => undefined);
}

function parseBody(text: string): VerifyRequest {
  const result = VerifyRequest.safeParse(parseJson(text));
  if (!result.success) throw inputProblem(result.error.issues);
  return result.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("bad-request", "The body is not the JSON that was expected.");
  }
}

function send(response: ServerResponse, answer: VerifyAnswer): void {
  write(
    response,
    200,
    { "content-type": "application/json", "x-request-id": answer.requestId, ...verifyHeaders(answer) },
    JSON.stringify(answer),
  );
}

function refuse(response: ServerResponse, error: unknown, requestId: string): void {
  const problem = asProblem(error, requestId);
  const { status } = problemTable[problem.kind];
  write(
    response,
    status,
    { ...problemHeaders(problem), "x-request-id": requestId },
    JSON.stringify(problemDocument(problem, requestId)),
  );
}

function write(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  response.writeHead(status, {
    ...headers,
    "cache-control": "no-store, no-transform",
    "content-length": Buffer.byteLength(body),
  });
  atEndOfTurn(() => response.end(body));
}
