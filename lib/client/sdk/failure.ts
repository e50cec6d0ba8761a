import type { ProblemKind } from "@/lib/client/sdk/generated/operations";

/** Why a call failed: a problem of Latchkey's, no answer at all, no answer in time, or one that could not be read. */
export type FailureKind = ProblemKind | "unreachable" | "timeout" | "unreadable";

interface Failure {
  kind: FailureKind;
  title: string;
  detail: string;
  status: number;
  errors?: readonly { path: string; message: string }[];
  requestId?: string | null;
  retryAfterSeconds?: number | null;
  members?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** A refusal by the API (RFC 9457), or a failure to get its answer. `message` is a sentence that may be shown. */
export class LatchkeyError extends Error {
  readonly kind: FailureKind;
  readonly title: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** Wrong places in the input: dotted path and a sentence. */
  readonly errors: readonly { path: string; message: string }[];
  /** Name it when asking for help. */
  readonly requestId: string | null;
  /** From Retry-After. */
  readonly retryAfterSeconds: number | null;
  /** Further members of the problem, e.g. `requiredScope`, `code` or `decision`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(failure: Failure) {
    super(failure.detail === "" ? failure.title : failure.detail, { cause: failure.cause });
    this.name = "LatchkeyError";
    this.kind = failure.kind;
    this.title = failure.title;
    this.status = failure.status;
    this.errors = failure.errors ?? [];
    this.requestId = failure.requestId ?? null;
    this.retryAfterSeconds = failure.retryAfterSeconds ?? null;
    this.members = failure.members ?? {};
  }
}

/** Whether `error` is a failure of that kind: `isLatchkeyError(error, "conflict")`. */
export function isLatchkeyError(error: unknown, kind?: FailureKind): error is LatchkeyError {
  return error instanceof LatchkeyError && (kind === undefined || error.kind === kind);
}

/** No answer came, or none in time. */
export function noAnswer(kind: "unreachable" | "timeout", cause: unknown): LatchkeyError {
  const sentences = {
    unreachable: "Latchkey could not be reached.",
    timeout: "Latchkey did not answer in time.",
  };
  return new LatchkeyError({ kind, title: sentences[kind], detail: sentences[kind], status: 0, cause });
}

/** The answer was not of the expected form; `text` is not told, because it may be anything. */
export function unreadable(response: Response): LatchkeyError {
  return new LatchkeyError({
    kind: "unreadable",
    title: "The answer could not be read",
    detail: `The server answered ${response.status} and nothing readable. Is the origin that of a Latchkey?`,
    status: response.status,
    requestId: response.headers.get("x-request-id"),
    retryAfterSeconds: retryAfterOf(response),
  });
}

/** A refusal as the problem document tells it. */
export function refusal(response: Response, text: string): LatchkeyError {
  const document = parsedObject(text);
  if (document === null || !isProblem(response, document)) return unreadable(response);
  const { type, title, status, detail, instance, errors, ...members } = document;
  return new LatchkeyError({
    kind: kindOf(type),
    title: textOf(title) ?? "That did not work",
    detail: textOf(detail) ?? "",
    status: typeof status === "number" ? status : response.status,
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
    requestId: textOf(instance) ?? response.headers.get("x-request-id"),
    retryAfterSeconds: retryAfterOf(response),
    members,
  });
}

/** The object that a JSON text holds, or null. */
export function parsedObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isProblem(response: Response, document: Record<string, unknown>): boolean {
  const type = response.headers.get("content-type") ?? "";
  return type.startsWith("application/problem+json") && typeof document.type === "string";
}

/** The kind is the last part of the problem's type. A newer server may know kinds that this client does not. */
function kindOf(type: unknown): FailureKind {
  const name = typeof type === "string" ? type.slice(type.lastIndexOf("/") + 1) : "";
  return isKind(name) ? name : "unreadable";
}

function isKind(name: string): name is FailureKind {
  return /^[a-z-]+$/.test(name);
}

function isFieldError(value: unknown): value is { path: string; message: string } {
  return isObject(value) && typeof value.path === "string" && typeof value.message === "string";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf({ headers }: Response): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
