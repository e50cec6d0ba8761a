import type { z } from "zod";
import { ProblemError, problemOf, unreachable } from "@/lib/client/request/problem-error";

/** A value of a query string; absent ones are left out. */
export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** One call of `/api/v1`. `path` begins with a slash; build it with {@link pathOf} where it holds an id. */
export interface ApiRequest {
  path: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of a body of JSON. */
  content?: { bytes: Uint8Array<ArrayBuffer>; type: string };
  /** Makes a repeated write answer as the first did. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

const base = "/api/v1";

// Compiling schemas to code needs eval, which the portal's Content-Security-Policy refuses and reports. zod looks here
// when it is loaded, which may be long after this.
if (typeof window !== "undefined") Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

/** What an answer is read by. As a function it is fetched with the first answer, so that a page loads without it. */
export type AnswerSchema<Schema extends z.ZodType> = Schema | (() => Promise<Schema>);

/** Calls the API of this portal as the signed-in member and reads the answer by `schema`. Throws {@link ProblemError}; an abort passes as it is. */
export async function request<Schema extends z.ZodType>(
  schema: AnswerSchema<Schema>,
  call: ApiRequest,
): Promise<z.output<Schema>> {
  const [response, reader] = await Promise.all([
    send(call),
    typeof schema === "function" ? schema() : schema,
  ]);
  const parsed = reader.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    kind: "unreadable",
    title: "The answer could not be read",
    detail: "The server's answer was not of the expected form. Reloading the page may help after an update.",
    status: response.status,
    requestId: response.headers.get("x-request-id"),
  });
}

/** The same for calls whose answer has no body. */
export async function requestNothing(call: ApiRequest, headers?: Record<string, string>): Promise<void> {
  await send(call, headers);
}

/** Sends and refuses; the answer's body is still unread. */
export async function send(call: ApiRequest, headers: Record<string, string> = {}): Promise<Response> {
  const sent = sentBody(call);
  const response = await fetch(urlOf(call.path, call.query), {
    method: call.method ?? "GET",
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(sent === null ? {} : { "content-type": sent.type }),
      ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
      ...headers,
    },
    ...(sent === null ? {} : { body: sent.body }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  }).catch((error: unknown) => {
    if (call.signal?.aborted === true) throw error;
    throw unreachable();
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

function sentBody({ body, content }: ApiRequest): { body: BodyInit; type: string } | null {
  if (content !== undefined) return { body: content.bytes, type: content.type };
  return body === undefined ? null : { body: JSON.stringify(body), type: "application/json" };
}

/** `/keys/${id}` with each value encoded. */
export function pathOf(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((path, text, index) => path + encodeURIComponent(values[index - 1] ?? "") + text);
}

/** The address of a path below `/api/v1`. */
export function urlOf(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object") for (const item of value) search.append(name, item);
    else search.append(name, String(value));
  }
  const text = search.toString();
  return base + path + (text === "" ? "" : `?${text}`);
}
