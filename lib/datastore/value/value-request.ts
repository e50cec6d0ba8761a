import type { Context } from "hono";
import { Problem } from "@/lib/api/problem";
import { inputProblem, type ApiEnv } from "@/lib/api/router";
import { unknownType } from "@/lib/datastore/value/content";
import type { Preconditions } from "@/lib/datastore/value/preconditions";
import { ExpiresInSeconds } from "@/lib/datastore/schema";

const keySegment = /\/api\/v1\/datastore\/([^/?#]*)/;

/** The key in a path: one segment, percent-encoded (`a%2Fb` is `a/b`). Throws `bad-request` when it is not UTF-8. */
export function keyIn(c: Context<ApiEnv>): string {
  const [, segment = ""] = keySegment.exec(c.req.url) ?? [];
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem("bad-request", "The key in the path is not percent-encoded UTF-8.");
  }
}

/** The conditional headers of a request. */
export function preconditionsIn(c: Context<ApiEnv>): Preconditions {
  return {
    ifMatch: c.req.header("if-match"),
    ifNoneMatch: c.req.header("if-none-match"),
    ifModifiedSince: c.req.header("if-modified-since"),
    ifUnmodifiedSince: c.req.header("if-unmodified-since"),
  };
}

/** What a PUT wants stored. `isWhole` says whether these are surely the very bytes that were sent. */
interface SentValue {
  value: Uint8Array<ArrayBuffer>;
  contentType: string;
  isWhole: boolean;
}

/**
 * The body of a PUT; a caller's key in a field of it was cut out when the caller was looked for. Throws
 * `unsupported-media-type` for encoded bytes and `bad-request` for a part of a value.
 */
export async function sentValue(c: Context<ApiEnv>): Promise<SentValue> {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity")
    throw new Problem("unsupported-media-type", "Values are stored as they are: send no Content-Encoding.");
  if (c.req.header("content-range") !== undefined)
    throw new Problem("bad-request", "A value is stored whole: send no Content-Range.");
  const contentType = c.req.header("content-type")?.trim() ?? "";
  const value = new Uint8Array(await c.req.arrayBuffer());
  const isWhole = Number(c.req.header("content-length")) === value.byteLength;
  return { value, contentType: contentType === "" ? unknownType : contentType, isWhole };
}

/** Seconds until a value is to be gone, by query or header. Throws `invalid` for two that differ or one that is none. */
export function expiresIn(c: Context<ApiEnv>, inQuery: number | undefined): number | undefined {
  const header = c.req.header("latchkey-expires-in");
  if (header === undefined) return inQuery;
  const place = "Latchkey-Expires-In";
  const parsed = ExpiresInSeconds.safeParse(header.trim() === "" ? undefined : header);
  if (!parsed.success)
    throw inputProblem(parsed.error.issues.map(({ message }) => ({ path: [place], message })));
  if (inQuery !== undefined && inQuery !== parsed.data)
    throw inputProblem([{ path: [place], message: "says something else than the query's expiresIn" }]);
  return parsed.data;
}
