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
import { VerifyRequest } from "@/lib/keys/schema";
import { verifyAndShow } from "@/lib/keys/verify";
import { answerText } from "@/lib/keys/verify-answer";
import { WrittenScope } from "@/lib/scopes/schema";
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
  const context = { requestId: newId("req"), startedAt, leavesWithTurn: true, show: answerText } as const;
  readText(request, (text) => {
    try {
      const answer = verifyAndShow(actor, parseBody(text), context);
      if (answer instanceof Promise)
        answer.then(
          (late) => send(response, late, context.requestId),
          (error: unknown) => refuse(response, error, context.requestId),
        );
      else send(response, answer, context.requestId);
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
  const sent = parseJson(text);
  const usual = usualRequest(sent);
  if (usual !== null) return usual;
  const result = VerifyRequest.safeParse(sent);
  if (!result.success) throw inputProblem(result.error.issues);
  return result.data;
}

/** Scopes that the schema accepted as they were written; callers ask for the same few. */
const acceptedScopes = new Set<string>();
const acceptedMax = 10_000;

/** What {@link VerifyRequest} makes of a key and a list of known scopes; null for anything else. */
function usualRequest(sent: unknown): VerifyRequest | null {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) return null;
  let key: string | null = null;
  let scopes: string[] | undefined;
  for (const [name, value] of Object.entries(sent)) {
    if (name === "key" && typeof value === "string" && value.length > 0 && value.length <= 4_096) key = value;
    else if (name === "scopes" && isKnownList(value)) scopes = value;
    else return null;
  }
  if (key === null) return null;
  return scopes === undefined ? { key, cost: 1 } : { key, scopes, cost: 1 };
}

function isKnownList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 100 && value.every(isKnownScope);
}

function isKnownScope(scope: unknown): boolean {
  if (typeof scope !== "string") return false;
  if (acceptedScopes.has(scope)) return true;
  const read = WrittenScope.safeParse(scope);
  if (!read.success || read.data !== scope || acceptedScopes.size >= acceptedMax) return false;
  acceptedScopes.add(scope);
  return true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("bad-request", "The body is not the JSON that was expected.");
  }
}

function send(response: ServerResponse, body: string, requestId: string): void {
  writeHead(response, 200, {
    body,
    headers: ["content-type", "application/json", "x-request-id", requestId],
  });
  atEndOfTurn(() => response.end(body));
}

/** Nothing of a refusal is recorded, so it waits for no disk. */
function refuse(response: ServerResponse, error: unknown, requestId: string): void {
  const problem = asProblem(error, requestId);
  const { status } = problemTable[problem.kind];
  const body = JSON.stringify(problemDocument(problem, requestId));
  const headers = [...Object.entries(problemHeaders(problem)).flat(), "x-request-id", requestId];
  writeHead(response, status, { headers, body });
  response.end(body);
}

/** Headers as a flat list, which Node writes as it is. */
function writeHead(
  response: ServerResponse,
  status: number,
  { headers, body }: { headers: string[]; body: string },
): void {
  headers.push("cache-control", "no-store, no-transform", "content-length", String(Buffer.byteLength(body)));
  response.writeHead(status, headers);
}
