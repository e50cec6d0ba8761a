import type { Call } from "@/lib/gateway/call";
import { credentialField } from "@/lib/gateway/credential";
import { fieldValues, valuesOf } from "@/lib/gateway/question/values";
import { type Kept, keptHeader, namedByConnection } from "@/lib/gateway/upstream/request-headers";
import { credentialHeaders, headerName } from "@/lib/rules/language/attributes/text-values";
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
export function askedHead({ headers, host, query, kept }: Head): AskedHead {
  let madeHeaders: Values | undefined;
  let madeQuery: Values | undefined;
  const head: AskedHead = {
    headers: () => (madeHeaders ??= valuesOf(judgedHeaders({ headers, host, kept }))),
    query: () => (madeQuery ??= readQuery(query, head)),
    queryIsUnclear: false,
  };
  return head;
}

function* judgedHeaders({ headers, host, kept }: Omit<Head, "query">): Generator<[string, string]> {
  yield ["host", host];
  const named = namedByConnection(headers);
  for (const [name, value] of headers) {
    const hyphenated = headerName(name);
    if (credentialHeaders.has(hyphenated)) continue;
    if (framing.has(name)) yield [name, value];
    const keptValue = named.has(name) ? null : keptHeader(name, value, kept);
    if (keptValue !== null) yield [hyphenated, keptValue];
  }
}

const framing: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

const noValues: Values = valuesOf([]);

function readQuery(query: string, head: AskedHead): Values {
  const values = query === "" ? noValues : fieldValues(query, credentialField);
  if (typeof values !== "string") return values;
  head.queryIsUnclear = true;
  return noValues;
}
