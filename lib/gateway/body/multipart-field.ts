import type { FoundField } from "@/lib/gateway/body/json-member";

const partHeadBytesMax = 8192;

/**
 * Parts of a `multipart/form-data` body (RFC 7578) called `name` that are no files. The cut is the whole part with
 * its delimiter line. Empty when the boundary is missing or the body does not end with its closing delimiter.
 */
export function multipartFields(
  body: Buffer,
  { boundary, name }: { boundary: string; name: string },
): FoundField[] {
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  const next = Buffer.from(`\r\n--${boundary}`, "latin1");
  const found: FoundField[] = [];
  let start = firstDelimiter(body, { delimiter, next });
  while (start !== null) {
    const afterDelimiter = start + delimiter.length;
    if (body.toString("latin1", afterDelimiter, afterDelimiter + 2) === "--") return found;
    const following = body.indexOf(next, afterDelimiter);
    if (following === -1) return [];
    const part = readPart(body.subarray(afterDelimiter, following));
    if (part === null) return [];
    if (part.name === name)
      found.push({ value: part.content.toString("utf8"), cut: { start, end: following + 2 } });
    start = following + 2;
  }
  return [];
}

/** The `boundary` parameter of a content type, or null. */
export function boundaryOf(contentType: string): string | null {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}

function firstDelimiter(
  body: Buffer,
  { delimiter, next }: { delimiter: Buffer; next: Buffer },
): number | null {
  if (body.subarray(0, delimiter.length).equals(delimiter)) return 0;
  const at = body.indexOf(next);
  return at === -1 ? null : at + 2;
}

/** What stands between two delimiters: padding, CRLF, header lines, an empty line, content. */
function readPart(bytes: Buffer): { name: string | null; content: Buffer } | null {
  const lineEnd = bytes.indexOf("\r\n");
  if (lineEnd === -1 || bytes.toString("latin1", 0, lineEnd).trim() !== "") return null;
  const headEnd = bytes.indexOf("\r\n\r\n", lineEnd);
  if (headEnd === -1 || headEnd - lineEnd > partHeadBytesMax) return null;
  return { name: fieldName(bytes.toString("utf8", lineEnd, headEnd)), content: bytes.subarray(headEnd + 4) };
}

function fieldName(head: string): string | null {
  const line = head.split("\r\n").find((text) => /^content-disposition\s*:/i.test(text));
  if (line === undefined || /;\s*filename\*?\s*=/i.test(line)) return null;
  const match = /;\s*name\s*=\s*(?:"([^"]*)"|([^;\s"]*))/i.exec(line);
  return match?.[1] ?? match?.[2] ?? null;
}
