import type { IncomingMessage, ServerResponse } from "node:http";
import { isPlainJson, plainCaller, readBytes, withoutKey, sendPlain } from "@/lib/api/caller/plain-call";
import { Problem, problemDocument, problemHeaders, problemTable } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problems/problem-response";
import { inputProblem } from "@/lib/api/router";
import { newId } from "@/lib/db/id";
import { VerifyRequest } from "@/lib/keys/verification/schema";
import { verifyAndShow } from "@/lib/keys/verification/verify";
import { answerText } from "@/lib/keys/verification/verify-answer";
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
  if (request.url !== "/api/v1/keys/verify" || !isPlainJson(request, bodyBytesMax)) return false;
  const actor = plainCaller(request, "POST /api/v1/keys/verify");
  if (actor === null) return false;
  const context = { requestId: newId("req"), startedAt, leavesWithTurn: true, show: answerText } as const;
  readBytes(request, (bytes) => {
    try {
      const answer = verifyAndShow(actor, parseBody(bytes, request), context);
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

function parseBody(bytes: Buffer, request: IncomingMessage): VerifyRequest {
  const usual = usualRequest(parseJson(bytes.toString("utf8")));
  if (usual !== null) return usual;
  const result = VerifyRequest.safeParse(parseJson(withoutKey(bytes, request).toString("utf8")));
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
  const headers = ["content-type", "application/json", "x-request-id", requestId];
  atEndOfTurn(() => sendPlain(response, 200, { headers, body }));
}

/** Nothing of a refusal is recorded, so it waits for no disk. */
function refuse(response: ServerResponse, error: unknown, requestId: string): void {
  const problem = asProblem(error, requestId);
  const { status } = problemTable[problem.kind];
  const body = JSON.stringify(problemDocument(problem, requestId));
  const headers = [...Object.entries(problemHeaders(problem)).flat(), "x-request-id", requestId];
  sendPlain(response, status, { headers, body });
}
