import { canonicalRequest, type CanonicalRequest, type RefusalCode } from "@/lib/gateway/canonical";
import { credentialField } from "@/lib/gateway/credential/credential";
import { fieldValues, valuesOf } from "@/lib/gateway/question/values";
import { servedPath } from "@/lib/gateway/served-path";
import { keptHeader } from "@/lib/gateway/upstream/request-headers";
import { credentialHeaders, headerName } from "@/lib/rules/language/attributes/text-values";
import { nestsDeeperThan } from "@/lib/rules/language/json-text";
import { encodeBeyondAscii } from "@/lib/rules/language/routes/path";
import type { Question, QuestionBody, Values } from "@/lib/rules/language/question";
import { testBody } from "@/lib/rules/language/test-question";
import type { ServicePaths } from "@/lib/services/schema";

/** A request told in JSON, as `/authorize` and its kin take it. What is left out is absent. */
export interface DescribedRequest {
  method: string;
  /** Perhaps with a query behind it. */
  path: string;
  headers?: Values | undefined;
  query?: Values | undefined;
  body?: unknown;
}

/** What a described request adds to a question. */
export type AskedRequest = Pick<
  Question,
  "method" | "path" | "segments" | "rewritten" | "headers" | "query" | "body"
>;

/** A described request in canonical form, before it is known which service it is for. */
export interface ReadRequest {
  canonical: CanonicalRequest;
  headers: Values | undefined;
  query: Values | undefined;
  body: QuestionBody | undefined;
}

/** Why a described request is refused. */
export interface RefusedRequest {
  refused: RefusalCode;
}

/** Reads a described request by the gateway's own rules; characters beyond ASCII are taken as UTF-8. */
export function readDescribed({
  method,
  path,
  headers,
  query,
  body,
}: DescribedRequest): ReadRequest | RefusedRequest {
  const encoded = encodeBeyondAscii(path);
  if (encoded === null) return { refused: "NOT_UTF8" };
  const canonical = canonicalRequest({
    method,
    target: `/workspace/service${encoded}`,
    httpVersion: "1.1",
    headers: [["host", "localhost"]],
  });
  if ("refused" in canonical) return canonical;
  const inPath = canonical.query === "" ? undefined : fieldValues(canonical.query, credentialField);
  if (typeof inPath === "string") return { refused: "QUERY_UNCLEAR" };
  const read = headers === undefined ? undefined : readHeaders(headers);
  return { canonical, headers: read, query: readQuery(query, inPath), body: readBody(body, read) };
}

/** What a question about a read request holds, once its service's path policy is known. */
export function servedRequest(
  { canonical, headers, query, body }: ReadRequest,
  paths: ServicePaths,
): AskedRequest | RefusedRequest {
  const served = servedPath(canonical, paths);
  if ("refused" in served) return served;
  const { method, path, segments, rewritten } = served;
  return { method, path, segments, rewritten, headers, query, body };
}

const asSent = { dropsAuthorization: true, bodyChanged: false };

/** The headers that would be forwarded, as the gateway gives them to rules. */
function readHeaders(headers: Values): Values {
  return valuesOf(
    Object.entries(headers).flatMap(([written, values]) => {
      const name = headerName(written);
      if (credentialHeaders.has(name)) return [];
      return [values].flat().flatMap((value) => {
        const kept = keptHeader(written.toLowerCase(), value, asSent);
        return kept === null ? [] : [[name, kept] as const];
      });
    }),
  );
}

function readQuery(given: Values | undefined, inPath: Values | undefined): Values | undefined {
  if (given === undefined) return inPath;
  const pairs = [given, inPath ?? {}].flatMap((values) =>
    Object.entries(values).flatMap(([name, list]) => [list].flat().map((value) => [name, value] as const)),
  );
  return valuesOf(pairs.filter(([name]) => name !== credentialField));
}

function readBody(body: unknown, headers: Values | undefined): QuestionBody | undefined {
  if (body === undefined) return undefined;
  if (nestsDeeperThan(body, 64)) return { kind: "error", message: "The body nests deeper than 64 levels." };
  return testBody(withoutCredential(body), headers);
}

function withoutCredential(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, credentialField)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== credentialField));
}
