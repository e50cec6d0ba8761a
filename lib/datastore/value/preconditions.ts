import { Problem } from "@/lib/api/problem";

/** The conditional headers of a request, as they were sent. */
export interface Preconditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifUnmodifiedSince?: string | undefined;
}

/** What is there now: its strong validator and when it was written. */
export interface Validators {
  etag: string;
  updatedAt: Date;
}

/** `failed` is 412, `not-modified` 304. */
export type Outcome = "proceed" | "not-modified" | "failed";

/**
 * Judges a request's preconditions in the order of RFC 9110, section 13.2.2, against what is there (null: nothing).
 * Throws `bad-request` for a list of entity tags that is none: a guard that cannot be read must not be passed over.
 */
export function judgePreconditions(
  asked: Preconditions,
  { current, method }: { current: Validators | null; method: "read" | "write" },
): Outcome {
  if (asked.ifMatch !== undefined) {
    if (!names(entityTags("If-Match", asked.ifMatch), current, strongly)) return "failed";
  } else if (isPast(asked.ifUnmodifiedSince, current)) return "failed";
  if (asked.ifNoneMatch !== undefined) {
    if (!names(entityTags("If-None-Match", asked.ifNoneMatch), current, weakly)) return "proceed";
    return method === "read" ? "not-modified" : "failed";
  }
  const since = secondsOf(asked.ifModifiedSince);
  const unmodified = method === "read" && since !== null && current !== null && written(current) <= since;
  return unmodified ? "not-modified" : "proceed";
}

/** Throws `precondition-failed`, naming what is there now, unless a write may go on. */
export function requirePreconditions(asked: Preconditions, current: Validators | null): void {
  if (judgePreconditions(asked, { current, method: "write" }) !== "failed") return;
  throw new Problem(
    "precondition-failed",
    current === null ? "There is no such value." : "The value is not the one that was read.",
    { members: { etag: current?.etag ?? null } },
  );
}

type Matches = (tag: string, etag: string) => boolean;

const strongly: Matches = (tag, etag) => tag === etag;
const weakly: Matches = (tag, etag) => tag.replace(/^W\//, "") === etag;

function names(tags: "*" | string[], current: Validators | null, matches: Matches): boolean {
  if (current === null) return false;
  return tags === "*" || tags.some((tag) => matches(tag, current.etag));
}

const tagPattern = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** `*`, or the entity tags of a header; empty elements of the list are allowed. A comma may stand inside a tag. */
function entityTags(header: string, text: string): "*" | string[] {
  if (text.trim() === "*") return "*";
  const parts = text.match(/(?:[^,"]|"[^"]*"?)+/g)?.map((part) => part.trim()) ?? [];
  const tags = parts.filter((part) => part !== "");
  if (tags.length > 0 && tags.every((tag) => tagPattern.test(tag))) return tags;
  throw new Problem("bad-request", `${header} must be * or a list of entity tags such as "42".`);
}

function isPast(ifUnmodifiedSince: string | undefined, current: Validators | null): boolean {
  const since = secondsOf(ifUnmodifiedSince);
  return since !== null && current !== null && written(current) > since;
}

/** HTTP dates know whole seconds only. */
function written({ updatedAt }: Validators): number {
  return Math.floor(updatedAt.getTime() / 1_000);
}

/** A date that cannot be read counts as not sent. */
function secondsOf(date: string | undefined): number | null {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? null : ms / 1_000;
}
