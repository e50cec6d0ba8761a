import type { Call } from "@/lib/gateway/call";
import { credentialField } from "@/lib/gateway/credential/credential";
import { addValue, fieldValues, noneYet } from "@/lib/gateway/question/values";
import { type Kept, keptHeader, namedByConnection } from "@/lib/gateway/upstream/request-headers";
import { credentialHeaders } from "@/lib/rules/language/attributes/text-values";
import type { Values } from "@/lib/rules/language/question";

/** A request's head, of which rules may ask. */
export interface Head {
  headers: Call["headers"];
  host: string;
  /** Without `?`, byte for byte. */
  query: string;
  kept: Kept;
}

/** What rules may ask of a head, made when the first one asks. */
export interface AskedHead {
  headers: () => Values;
  query: () => Values;
  /** A rule asked for a query on which readers disagree; whatever it answered, the call must be refused. */
  queryIsUnclear: boolean;
}

/**
 * The head as rules see it: of the caller's headers those that are forwarded and hold no credential, Host, and how the
 * body was framed; the query without the credential. Nothing is read before a rule asks.
 */
export function askedHead(head: Head): AskedHead {
  let headers: Values | undefined;
  let query: Values | undefined;
  const asked: AskedHead = {
    // Methods in shorthand: named arrow functions would cost more than all else here.
    headers() {
      return (headers ??= judgedHeaders(head));
    },
    query() {
      return (query ??= readQuery(head.query, asked));
    },
    queryIsUnclear: false,
  };
  return asked;
}

function judgedHeaders({ headers, host, kept }: Omit<Head, "query">): Values {
  const values = noneYet();
  addValue(values, "host", host);
  const named = namedByConnection(headers);
  for (const [name, value] of headers) {
    const keptValue = named.has(name) ? null : keptHeader(name, value, kept);
    if (keptValue === null) {
      if (name === "content-length" || name === "transfer-encoding") addValue(values, name, value);
      continue;
    }
    const judged = name.includes("_") ? name.replaceAll("_", "-") : name;
    if (!credentialHeaders.has(judged)) addValue(values, judged, keptValue);
  }
  return values;
}

const noValues: Values = noneYet();

function readQuery(query: string, head: AskedHead): Values {
  const values = query === "" ? noValues : fieldValues(query, credentialField);
  if (typeof values !== "string") return values;
  head.queryIsUnclear = true;
  return noValues;
}
