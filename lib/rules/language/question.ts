import type { Claims } from "@/lib/rules/language/claim";
import { foldCase } from "@/lib/rules/language/fold-case";
import type { CompiledService } from "@/lib/services/schema";

/** What a rule may know of a credential. A `VerifiedKey` is one; a test may leave attributes out. */
export interface RuleCredential {
  keyId?: string | undefined;
  name?: string | undefined;
  environment?: string | undefined;
  scopes?: readonly string[] | undefined;
  roles?: readonly string[] | undefined;
  customer?: { externalId: string } | null | undefined;
  labels?: readonly string[] | undefined;
  externalId?: string | null | undefined;
  metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Verified claims, where the credential is a JWT. */
  token?: Claims | undefined;
}

/** Values by name: header names in lower case with `_` read as `-`, query names decoded. One text is one value. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/**
 * A body as far as conditions may read it. `error` says why one that is there cannot be read (over the limit, encoded,
 * truncated, unparseable, a type that is not judged); conditions on it then fail, they never guess.
 */
export type QuestionBody =
  | { kind: "absent" }
  | { kind: "json"; value: unknown }
  | { kind: "form"; fields: Values }
  | { kind: "error"; message: string };

/** What an AuthZEN question asks, as it is judged: stored attributes already laid over the supplied ones. */
export interface Evaluation {
  subject: { type: string; id: string; properties: Readonly<Record<string, unknown>> };
  action: { name: string; properties: Readonly<Record<string, unknown>> };
  resource: { type: string; id: string; properties: Readonly<Record<string, unknown>> };
  context: Readonly<Record<string, unknown>>;
}

/** One request to be judged. */
export interface Question {
  credential: RuleCredential | null;
  service: CompiledService;
  method: string;
  /** Canonical path as the upstream gets it, for the record and explanations. */
  path: string;
  /** The path's segments, decoded; a trailing empty one is ignored. */
  segments: readonly string[];
  /** What the service makes of the path before it forwards; left out where it makes nothing. Deny rules judge both. */
  rewritten?: { path: string; segments: readonly string[] } | undefined;
  /** Client address, or null when unknown. */
  address: string | null;
  /** Given as a function, they are made only when a rule asks. Left out, every one is absent. */
  headers?: Values | (() => Values) | undefined;
  query?: Values | (() => Values) | undefined;
  /** Left out, it is absent. Whoever asks has read it if `readsBody` of the ruleset says so. */
  body?: QuestionBody | undefined;
  /** For AuthZEN; an HTTP request is {subject: credential, action: method, resource: route}. */
  evaluation?: Evaluation | undefined;
}

/** A {@link Question} while it is judged: the trailing empty segment is gone. */
export interface Asked extends Question {
  /** {@link pathText} of the segments, made when first needed. */
  pathText: string | null;
  /** {@link foldedSegments}, made when first needed. */
  folded: readonly string[] | null;
  /** What an HTTP request is in AuthZEN's words, each made when first needed. */
  httpEntities: Partial<Record<keyof Evaluation, object>> | null;
}

/** Prepares a question for {@link Condition}s. */
export function asAsked(question: Question): Asked {
  return {
    credential: question.credential,
    service: question.service,
    method: question.method,
    path: question.path,
    segments: withoutEmptyEnd(question.segments),
    rewritten: question.rewritten,
    address: question.address,
    headers: question.headers,
    query: question.query,
    body: question.body,
    evaluation: question.evaluation,
    pathText: null,
    httpEntities: null,
    folded: null,
  };
}

/** The same question about the path that is forwarded, or null where a service forwards it as it came. */
export function asForwarded(asked: Asked): Asked | null {
  const { rewritten } = asked;
  if (rewritten === undefined) return null;
  const segments = withoutEmptyEnd(rewritten.segments);
  return { ...asked, path: rewritten.path, segments, pathText: null, folded: null, httpEntities: null };
}

function withoutEmptyEnd(segments: readonly string[]): readonly string[] {
  return segments.at(-1) === "" ? segments.slice(0, -1) : segments;
}

/** The segments as a service that takes `/Admin` for `/admin` compares them. */
export function foldedSegments(asked: Asked): readonly string[] {
  asked.folded ??= asked.segments.map(foldCase);
  return asked.folded;
}

const noValues: Values = {};

/** The headers, made when first asked for. */
export function headersOf(asked: Asked): Values {
  if (typeof asked.headers === "function") asked.headers = asked.headers();
  return asked.headers ?? noValues;
}

/** The query, made when first asked for. */
export function queryOf(asked: Asked): Values {
  if (typeof asked.query === "function") asked.query = asked.query();
  return asked.query ?? noValues;
}

/** The decoded path as one text. A slash or percent sign inside a segment stays encoded, so it is never a separator. */
export function pathText(asked: Asked): string {
  asked.pathText ??= `/${asked.segments.map((segment) => segment.replace(/[%/]/g, encodeURIComponent)).join("/")}`;
  return asked.pathText;
}
