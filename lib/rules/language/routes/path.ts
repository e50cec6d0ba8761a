import { canonicalRequest, refusals } from "@/lib/gateway/canonical";

/** What the gateway would judge for `method` and `path`, or the sentence with which it would refuse them. */
export type ReadPath =
  { ok: true; path: string; segments: readonly string[] } | { ok: false; message: string };

/** Reads a path given as text by the gateway's own rules; characters beyond ASCII are taken as UTF-8, a query is left off. */
export function readPath(method: string, path: string): ReadPath {
  const encoded = encodeBeyondAscii(path);
  if (encoded === null) return { ok: false, message: refusals.NOT_UTF8 };
  const target = `/workspace/service${encoded}`;
  const canonical = canonicalRequest({
    method,
    target,
    httpVersion: "1.1",
    headers: [["host", "localhost"]],
  });
  if ("refused" in canonical) return { ok: false, message: refusals[canonical.refused] };
  return { ok: true, path: canonical.path, segments: canonical.segments };
}

/** Text with its characters beyond ASCII as escapes of UTF-8. Null for text with half of a surrogate pair. */
export function encodeBeyondAscii(path: string): string | null {
  try {
    return path.replace(/[\u0080-\u{10ffff}]+/gu, encodeURIComponent);
  } catch {
    return null;
  }
}
