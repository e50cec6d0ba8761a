/**
 * Every refusal there is: its HTTP status, gRPC code and title. The page at `/docs/problems/<kind>` explains each.
 * 403 only where the caller may know that the thing exists, 404 otherwise.
 */
export const problemTable = {
  "bad-request": { status: 400, grpc: "INVALID_ARGUMENT", title: "The request is not well-formed" },
  "two-credentials": { status: 400, grpc: "INVALID_ARGUMENT", title: "Two different credentials were sent" },
  unauthorized: { status: 401, grpc: "UNAUTHENTICATED", title: "A valid credential is needed" },
  forbidden: { status: 403, grpc: "PERMISSION_DENIED", title: "This credential may not do that" },
  "foreign-origin": {
    status: 403,
    grpc: "PERMISSION_DENIED",
    title: "A browser session may not write from another origin",
  },
  "not-found": { status: 404, grpc: "NOT_FOUND", title: "Nothing here" },
  "method-not-allowed": { status: 405, grpc: "UNIMPLEMENTED", title: "This path does not take that method" },
  conflict: { status: 409, grpc: "ALREADY_EXISTS", title: "That conflicts with what is there" },
  "precondition-failed": {
    status: 412,
    grpc: "FAILED_PRECONDITION",
    title: "It is not what the request says it must be",
  },
  stale: { status: 409, grpc: "ABORTED", title: "Someone changed it first" },
  "too-large": { status: 413, grpc: "RESOURCE_EXHAUSTED", title: "The body is too large" },
  "unsupported-media-type": {
    status: 415,
    grpc: "INVALID_ARGUMENT",
    title: "That body type is not read here",
  },
  invalid: { status: 422, grpc: "INVALID_ARGUMENT", title: "Some fields are not valid" },
  "rate-limited": { status: 429, grpc: "RESOURCE_EXHAUSTED", title: "A limit was reached" },
  internal: { status: 500, grpc: "INTERNAL", title: "Something failed here" },
  "upstream-unreachable": { status: 502, grpc: "UNAVAILABLE", title: "The upstream did not answer" },
  unavailable: { status: 503, grpc: "UNAVAILABLE", title: "Not able to answer right now" },
  "upstream-timeout": { status: 504, grpc: "DEADLINE_EXCEEDED", title: "The upstream took too long" },
} as const;

export type ProblemKind = keyof typeof problemTable;

/** One wrong place in the input: `path` is dotted (`when.route`), `message` a sentence. */
export interface FieldError {
  path: string;
  message: string;
}

/** What may go with a refusal. `retryAfterSeconds` becomes the Retry-After header, `allow` the Allow header. */
export interface ProblemExtra {
  errors?: FieldError[];
  retryAfterSeconds?: number;
  /** Methods that would be taken; becomes the Allow header. */
  allow?: readonly string[];
  /** More members of the problem document, e.g. `{ decision: "evt_…" }`. Never a secret. */
  members?: Record<string, unknown>;
}

/** A refusal in words. Thrown anywhere below an adapter; the adapter turns it into RFC 9457 or a gRPC status. */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    detail: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(detail);
    this.name = "Problem";
  }
}

/** RFC 9457 `application/problem+json`. `instance` is the request's id. */
export function problemDocument(problem: Problem, requestId: string) {
  const { status, title } = problemTable[problem.kind];
  return {
    type: `/docs/problems/${problem.kind}`,
    title,
    status,
    detail: problem.message,
    instance: requestId,
    ...(problem.extra.errors === undefined ? {} : { errors: problem.extra.errors }),
    ...problem.extra.members,
  };
}

/** Headers of a problem answer. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (problem.extra.retryAfterSeconds !== undefined)
    headers["retry-after"] = String(Math.max(1, Math.ceil(problem.extra.retryAfterSeconds)));
  if (problem.extra.allow !== undefined) headers["allow"] = problem.extra.allow.join(", ");
  if (problem.kind === "unauthorized") headers["www-authenticate"] = 'Bearer realm="latchkey"';
  return headers;
}
