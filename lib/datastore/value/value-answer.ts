import { Problem } from "@/lib/api/problem";
import type { StoredValue } from "@/lib/datastore/get";
import type { Outcome } from "@/lib/datastore/value/preconditions";
import type { StoredEntry } from "@/lib/datastore/schema";

/** When the value expires, RFC 3339 UTC; left out for one that does not. */
const expiresAtHeader = "latchkey-expires-at";

/**
 * Whatever somebody stored, a browser that is sent there runs and shows none of it on this origin: it is a download of
 * exactly its type, in a sandbox of its own.
 */
const inert = {
  "content-disposition": "attachment",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** What a page may load a value as: data that it reads itself, or a download. */
const harmlessDestinations: ReadonlySet<string> = new Set(["", "empty", "document"]);

/** Throws `forbidden` where a page would take a value for its own script, style, frame or worker. */
export function requireHarmlessUse(fetchDestination: string | undefined): void {
  if (harmlessDestinations.has(fetchDestination ?? "")) return;
  throw new Problem("forbidden", `A stored value cannot be used as a page's ${fetchDestination}.`);
}

/** A value as it was stored, or what the request's preconditions leave of that answer. */
export function valueAnswer({ entry, value }: StoredValue, outcome: Outcome): Response {
  const headers = validatorHeaders(entry);
  switch (outcome) {
    case "failed":
      throw new Problem("precondition-failed", "The value is another one.", {
        members: { etag: entry.etag },
      });
    case "not-modified":
      return new Response(null, { status: 304, headers });
    case "proceed":
      return new Response(value, {
        headers: {
          ...inert,
          ...headers,
          "content-type": entry.contentType,
          "content-length": String(entry.size),
        },
      });
  }
}

function validatorHeaders({ etag, updatedAt, expiresAt }: StoredEntry): Record<string, string> {
  return {
    etag,
    "last-modified": new Date(updatedAt).toUTCString(),
    ...(expiresAt === null ? {} : { [expiresAtHeader]: expiresAt }),
  };
}
