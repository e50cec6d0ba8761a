import { inject } from "vitest";

/** What came back: parsed JSON where it was JSON, else text. */
export interface Answer {
  status: number;
  headers: Headers;
  // Bodies under test may hold anything; tests assert their shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** Calls the API under test with a key; `path` begins with `/`, under `/api/v1` unless it names another root. */
export function apiClient(key: string | null) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const url = new URL(
      path.startsWith("/openapi") || path.startsWith("/api") ? path : `/api/v1${path}`,
      inject("apiOrigin"),
    );
    const response = await fetch(url, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await readBody(response) };
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return /[/+]json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
}
