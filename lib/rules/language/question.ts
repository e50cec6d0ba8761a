import type { Claims } from "@/lib/rules/language/claim";
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

type Values = Readonly<Record<string, string | readonly string[]>>;

/** One request to be judged. */
export interface Question {
  credential: RuleCredential | null;
  service: CompiledService;
  method: string;
  /** Canonical path as the upstream gets it, for the record and explanations. */
  path: string;
  /** The path's segments, decoded; a trailing empty one is ignored. */
  segments: readonly string[];
  /** Client address, or null when unknown. */
  address: string | null;
  headers?: Values | undefined;
  query?: Values | undefined;
  body?: unknown;
}

/** A {@link Question} while it is judged: the trailing empty segment is gone. */
export interface Asked extends Question {
  /** {@link pathText} of the segments, made when first needed. */
  pathText: string | null;
}

/** Prepares a question for {@link Condition}s. */
export function asAsked(question: Question): Asked {
  const { segments } = question;
  const trimmed = segments.at(-1) === "" ? segments.slice(0, -1) : segments;
  return {
    credential: question.credential,
    service: question.service,
    method: question.method,
    path: question.path,
    segments: trimmed,
    address: question.address,
    headers: question.headers,
    query: question.query,
    body: question.body,
    pathText: null,
  };
}

/** The decoded path as one text. A slash or percent sign inside a segment stays encoded, so it is never a separator. */
export function pathText(asked: Asked): string {
  asked.pathText ??= `/${asked.segments.map((segment) => segment.replace(/[%/]/g, encodeURIComponent)).join("/")}`;
  return asked.pathText;
}
