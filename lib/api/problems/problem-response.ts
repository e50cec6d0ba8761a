import { HTTPException } from "hono/http-exception";
import { Problem, problemDocument, problemHeaders, problemTable, type ProblemKind } from "@/lib/api/problem";
import { log } from "@/lib/log";

/** Any failure as an RFC 9457 answer. What is not a {@link Problem} is logged with the request's id and told apart no further. */
export function problemResponse(error: unknown, requestId: string): Response {
  const problem = asProblem(error, requestId);
  return new Response(JSON.stringify(problemDocument(problem, requestId)), {
    status: problemTable[problem.kind].status,
    headers: { ...problemHeaders(problem), "x-request-id": requestId, "cache-control": "no-store" },
  });
}

/** Names a failure. Everything unknown is `internal`; a database that cannot be reached, or that undid a write, is `unavailable`. */
export function asProblem(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  // A Problem thrown in Next's bundle of this file is another class of the same name.
  if (isForeignProblem(error)) return new Problem(error.kind, error.message, error.extra);
  if (error instanceof HTTPException) return fromHttpException(error);
  if (isUnstorableText(error))
    return new Problem("bad-request", "Text here may not hold NUL or half a character.");
  if (isAborted(error)) return new Problem("bad-request", "The request ended before its body was whole.");
  if (isConnectionError(error)) {
    log.warn({ requestId, err: error }, "the database did not answer");
    return new Problem("unavailable", "The database does not answer. Keys that were in use keep working.", {
      retryAfterSeconds: 2,
    });
  }
  if (isCrossedWrite(error)) {
    log.warn({ requestId, err: error }, "a write crossed another one and was undone");
    return new Problem(
      "unavailable",
      "Others were changing the same things; nothing was changed. Ask again.",
      {
        retryAfterSeconds: 1,
      },
    );
  }
  log.error({ requestId, err: error }, "a request failed");
  return new Problem("internal", "Something failed here. The log has it under this request's id.");
}

function isForeignProblem(error: unknown): error is Problem {
  return (
    error instanceof Error &&
    error.name === "Problem" &&
    "kind" in error &&
    typeof error.kind === "string" &&
    error.kind in problemTable
  );
}

const kindByStatus: Partial<Record<number, ProblemKind>> = {
  400: "bad-request",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "method-not-allowed",
  413: "too-large",
  415: "unsupported-media-type",
  422: "invalid",
};

function fromHttpException(error: HTTPException): Problem {
  const kind = kindByStatus[error.status] ?? "internal";
  return new Problem(
    kind,
    error.status === 400 ? "The body is not the JSON that was expected." : error.message,
  );
}

const connectionCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08001",
  "08003",
  "08006",
]);

const connectionWords =
  /Connection terminated|timeout exceeded when trying to connect|Can't reach database|server closed the connection|not queryable/i;

/** Whether the database (not the statement) failed, however deep the driver's error lies. */
export function isConnectionError(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  if ("code" in error && typeof error.code === "string" && connectionCodes.has(error.code)) return true;
  return connectionWords.test(error.message) || isConnectionError(error.cause, depth + 1);
}

/** Whether the database undid a transaction because it and another waited for each other, or because they read what the other wrote. */
function isCrossedWrite(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  if ("code" in error && ["40001", "40P01", "P2034"].includes(String(error.code))) return true;
  return isCrossedWrite(error.cause, depth + 1);
}

/** Text that PostgreSQL cannot hold (22021, 22P05, 22P02, Prisma P2007); schemas let it pass where any text is welcome. */
function isUnstorableText(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  if ("code" in error && ["22021", "22P05", "22P02", "P2007"].includes(String(error.code))) return true;
  return (
    /invalid byte sequence for encoding|unsupported Unicode escape sequence/.test(error.message) ||
    isUnstorableText(error.cause, depth + 1)
  );
}

/** The caller left while its body was read; Node gives that the same code as a lost database. */
function isAborted(error: unknown): boolean {
  return (
    error instanceof Error && error.message === "aborted" && "code" in error && error.code === "ECONNRESET"
  );
}
