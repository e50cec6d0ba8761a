import { Problem } from "@/lib/api/problem";
import { type FoundField, jsonTextMembers } from "@/lib/gateway/body/json-member";
import { boundaryOf, multipartFields } from "@/lib/gateway/body/multipart-field";
import { urlencodedFields } from "@/lib/gateway/body/urlencoded-field";

/** The name of the credential as query parameter and body field. */
export const credentialField = "hook_private_key";

/** Headers that hold nothing but a credential; always removed before a request is forwarded. */
export const credentialHeaders: ReadonlySet<string> = new Set([
  "x-api-key",
  "hook_private_key",
  "hookio-private-key",
]);

/** Bodies over this many bytes are not searched for a credential. */
export const searchedBodyBytesMax = 1024 * 1024;

/** Header names and values, as `Headers` iterates them or as pairs of a raw request. Case of names is free. */
export type HeaderPairs = Iterable<readonly [name: string, value: string]>;

/**
 * The credential in the headers, or null. `isOurs` says whether an Authorization value is a credential of Latchkey;
 * where it may belong to somebody else (the gateway) one that is not ours is overlooked.
 * Throws `two-credentials` for two different ones.
 */
export function credentialFromHeaders(
  headers: HeaderPairs,
  isOurs: (value: string) => boolean = () => true,
): string | null {
  const found: string[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (credentialHeaders.has(lower)) found.push(...value.split(","));
    else if (lower === "authorization") found.push(...bearerValues(value).filter(isOurs));
  }
  return oneCredential(found);
}

/** The values of an Authorization header with the scheme Bearer; none for any other scheme. */
export function bearerValues(authorization: string): string[] {
  // As nearly all write it.
  if (authorization.startsWith("Bearer ") && !authorization.includes(","))
    return [authorization.slice(7).trim()];
  if (!/^\s*bearer(\s|$)/i.test(authorization)) return [];
  return authorization.split(",").map((part) => part.trim().replace(/^bearer(\s+|$)/i, ""));
}

/** The credential in a raw query (without `?`), or null. Throws `two-credentials`. */
export function credentialFromQuery(rawQuery: string): string | null {
  if (rawQuery === "") return null;
  return oneCredential(urlencodedFields(rawQuery, credentialField).map((field) => field.value));
}

/** The query without the credential's parameter; every other byte stays. */
export function queryWithoutCredential(rawQuery: string): string {
  const fields = rawQuery === "" ? [] : urlencodedFields(rawQuery, credentialField);
  return fields.length === 0 ? rawQuery : textWithout(rawQuery, fields);
}

/** Whether a body of this type can hold a credential: JSON, urlencoded or multipart form. */
export function bodyMayHoldCredential(contentType: string | undefined): boolean {
  return bodyFormat(contentType) !== null;
}

/** The credential in a whole body, or null when it holds none or was not read as its type says. Throws `two-credentials`. */
export function credentialFromBody(contentType: string | undefined, bytes: Uint8Array): string | null {
  return oneCredential(credentialFields(contentType, bytes).map((field) => field.value));
}

/** The body without the credential's field, cut out of the bytes: nothing else is written anew. */
export function bodyWithoutCredential(contentType: string | undefined, bytes: Uint8Array): Buffer {
  return bytesWithout(bytes, credentialFields(contentType, bytes));
}

/** One credential out of several places: an empty value is absent, the same one twice is fine. Throws `two-credentials`. */
export function oneCredential(values: readonly (string | null)[]): string | null {
  let only: string | null = null;
  for (const value of values) {
    const present = value?.trim() ?? "";
    if (present === "" || present === only) continue;
    if (only !== null) throw new Problem("two-credentials", "Two different keys were sent; send one");
    only = present;
  }
  return only;
}

function credentialFields(contentType: string | undefined, bytes: Uint8Array): FoundField[] {
  const format = bodyFormat(contentType);
  if (contentType === undefined || format === null || bytes.length > searchedBodyBytesMax) return [];
  switch (format) {
    case "json":
      return mayName(asBuffer(bytes)) ? jsonTextMembers(bytes, credentialField) : [];
    case "urlencoded":
      return urlencodedFields(asBuffer(bytes).toString("latin1"), credentialField);
    case "multipart": {
      const boundary = boundaryOf(contentType);
      return boundary === null ? [] : multipartFields(asBuffer(bytes), { boundary, name: credentialField });
    }
  }
}

/** Whether JSON may name the credential: as it is, or with escapes. */
export function mayName(bytes: Buffer): boolean {
  return bytes.includes(credentialField) || bytes.includes("\\u");
}

/** How a body of this type is read for fields; null for any other type. */
export function bodyFormat(contentType: string | undefined): "json" | "urlencoded" | "multipart" | null {
  if (contentType === undefined) return null;
  const mediaType = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (mediaType === "application/json" || /^application\/[^/]+\+json$/.test(mediaType)) return "json";
  if (mediaType === "application/x-www-form-urlencoded") return "urlencoded";
  return mediaType === "multipart/form-data" ? "multipart" : null;
}

function bytesWithout(bytes: Uint8Array, fields: FoundField[]): Buffer {
  if (fields.length === 0) return asBuffer(bytes);
  const kept: Buffer[] = [];
  let from = 0;
  for (const { cut } of fields) {
    if (cut.start > from) kept.push(asBuffer(bytes.subarray(from, cut.start)));
    from = Math.max(from, cut.end);
  }
  kept.push(asBuffer(bytes.subarray(from)));
  return Buffer.concat(kept);
}

function textWithout(text: string, fields: FoundField[]): string {
  return bytesWithout(Buffer.from(text, "latin1"), fields).toString("latin1");
}

/** The same memory as a Buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
