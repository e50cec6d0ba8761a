import type { IncomingMessage, ServerResponse } from "node:http";
import { isPlainJson, plainCaller, readBytes, withoutKey, sendPlain } from "@/lib/api/caller/plain-call";
import { asProblem } from "@/lib/api/problems/problem-response";
import { presentFailure } from "@/lib/authzen/answer";
import { evaluate } from "@/lib/authzen/evaluate";
import { evaluateAll } from "@/lib/authzen/evaluate-all";
import { readJson } from "@/lib/authzen/read-body";
import { newId } from "@/lib/db/id";
import { atEndOfTurn } from "@/lib/process/end-of-turn";

/** Node writes head and body as one text in UTF-8, which would change any other name of a request. */
const ascii = /^[\x20-\x7e]*$/;

/** Larger bodies take the long way, where their size is limited. */
const bodyBytesMax = 65_536;

/**
 * Both AuthZEN endpoints straight from `node:http`, for the plain case: one key as caller, warm and without limits of
 * its own, and a small JSON body. Answers false, having touched nothing, for everything else; then the API app answers,
 * by the same functions.
 */
export function handleAuthzen(request: IncomingMessage, response: ServerResponse): boolean {
  const startedAt = performance.now();
  const ask = askedAt(request.url);
  if (ask === null || request.method !== "POST" || !isPlainJson(request, bodyBytesMax)) return false;
  const actor = plainCaller(request, `POST ${request.url}`);
  if (actor === null) return false;
  const requestId = request.headers["x-request-id"]?.toString() ?? newId("req");
  if (!ascii.test(requestId)) return false;
  readBytes(request, (bytes) => {
    try {
      const answer = ask(actor, readJson(withoutKey(bytes, request)), { startedAt, leavesWithTurn: true });
      if (answer instanceof Promise)
        answer.then(
          (late) => send(response, late, requestId),
          (error: unknown) => refuse(response, error, requestId),
        );
      else send(response, answer, requestId);
    } catch (error) {
      refuse(response, error, requestId);
    }
  });
  return true;
}

function askedAt(url: string | undefined) {
  if (url === "/access/v1/evaluation") return evaluate;
  return url === "/access/v1/evaluations" ? evaluateAll : null;
}

function send(response: ServerResponse, answer: object, requestId: string): void {
  const body = JSON.stringify(answer);
  const headers = ["content-type", "application/json", "x-request-id", requestId];
  atEndOfTurn(() => sendPlain(response, 200, { headers, body }));
}

/** Nothing of a refusal is recorded, so it waits for no disk. */
function refuse(response: ServerResponse, error: unknown, requestId: string): void {
  const { status, message, headers } = presentFailure(asProblem(error, requestId));
  sendPlain(response, status, {
    body: message,
    headers: [...Object.entries(headers).flat(), "x-request-id", requestId],
  });
}
