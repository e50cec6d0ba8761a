import { isFields, textOf } from "@/lib/client/request/read-unknown";

/**
 * A refusal by the API, or a failure to reach it, in words that may be shown. `kind` is the problem's name
 * (`forbidden`, `stale`, …), `unreachable` when no answer came, or `unreadable` when it was not one of ours.
 */
export class ProblemError extends Error {
  readonly kind: string;
  readonly title: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** Wrong places in the input: dotted path and a sentence. */
  readonly errors: readonly { path: string; message: string }[];
  readonly requestId: string | null;
  /** From Retry-After. */
  readonly retryAfterSeconds: number | null;
  /** Further members, e.g. `requiredScope` or `decision`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(given: {
    kind: string;
    title: string;
    detail: string;
    status: number;
    errors?: readonly { path: string; message: string }[];
    requestId?: string | null;
    retryAfterSeconds?: number | null;
    members?: Readonly<Record<string, unknown>>;
  }) {
    super(given.detail === "" ? given.title : given.detail);
    this.name = "ProblemError";
    this.kind = given.kind;
    this.title = given.title;
    this.status = given.status;
    this.errors = given.errors ?? [];
    this.requestId = given.requestId ?? null;
    this.retryAfterSeconds = given.retryAfterSeconds ?? null;
    this.members = given.members ?? {};
  }

  /** What detail the server gave; the same as `message`. */
  get detail(): string {
    return this.message;
  }
}

/** Whether asking again may help: nothing answered, or something of ours or beyond was down. */
export function isTransient(error: unknown): boolean {
  return error instanceof ProblemError && (error.status === 0 || error.status === 429 || error.status >= 502);
}

/** Reads a refusal; an answer that is no problem document becomes one that says so. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const document: unknown = await response.json().catch(() => null);
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  if (!isFields(document) || typeof document["status"] !== "number")
    return new ProblemError({
      kind: "unreadable",
      title: "The answer could not be read",
      detail: `The server answered ${response.status} and nothing readable.`,
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      retryAfterSeconds,
    });
  const { type, title, status, detail, instance, errors, ...members } = document;
  const address = textOf(type, "about:blank");
  return new ProblemError({
    kind: address.slice(address.lastIndexOf("/") + 1),
    title: textOf(title, "That did not work"),
    detail: textOf(detail, ""),
    status: Number(status),
    errors: refusalsOf(errors),
    requestId: textOf(instance, null),
    retryAfterSeconds,
    members,
  });
}

/** Read by hand: an error must be readable where a schema could not be fetched any more. */
function refusalsOf(errors: unknown): readonly { path: string; message: string }[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .filter(isFields)
    .map(({ path, message }) => ({ path: textOf(path, ""), message: textOf(message, "") }));
}

/** For a call that got no answer at all. */
export function unreachable(): ProblemError {
  return new ProblemError({
    kind: "unreachable",
    title: "Latchkey did not answer",
    detail: "Latchkey could not be reached. Nothing was lost; this can be tried again.",
    status: 0,
  });
}
