import { Problem } from "@/lib/api/problem";
import { bodyFormat } from "@/lib/gateway/credential/credential";

/** The type of a value that came without one. */
export const unknownType = "application/octet-stream";

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = `${token}=(?:${token}|"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t\\x20-\\x7e])*")`;
// Each blank can belong to one place only, or a header of a few hundred bytes would be tried in 2^100 ways.
const mediaType = new RegExp(`^${token}/${token}(?:[ \\t]*;(?:[ \\t]*${parameter})?)*[ \\t]*$`);

/** Checks that a value is what its type says: a media type, and JSON where it says so. Throws `invalid`. */
export function requireContent(contentType: string, value: Uint8Array): void {
  if (contentType.length > 200 || !mediaType.test(contentType))
    throw new Problem("invalid", "Content-Type must be a media type of at most 200 characters.", {
      errors: [{ path: "Content-Type", message: "must be a media type such as application/json" }],
    });
  if (bodyFormat(contentType) === "json" && jsonIn(value) === undefined)
    throw new Problem("invalid", "The value is not the JSON that its Content-Type says.", {
      errors: [{ path: "body", message: "must be JSON in UTF-8; send bytes as application/octet-stream" }],
    });
}

/** What JSON text says; undefined when the bytes are none. */
export function jsonIn(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value));
  } catch {
    return undefined;
  }
}
