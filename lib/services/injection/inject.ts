import { createHash, createHmac } from "node:crypto";
import { Problem } from "@/lib/api/problem";
import { unseal } from "@/lib/crypto/seal";
import type { Injection } from "@/lib/services/injection/schema";
import type { CompiledService } from "@/lib/services/schema";

/** What the upstream's own secret adds to a request, and what of the caller's it replaces. */
export interface Injected {
  /** Flat list of names and values to add. */
  headers: readonly string[];
  /** Names in lower case, with `_` read as `-`, of the caller's headers that go no further. */
  replaces: ReadonlySet<string>;
  /** The parameter to set; the caller's own of that name goes no further. */
  query: { name: string; value: string } | null;
}

/** A request as it leaves, for signing: `target` is path and query, `body` the whole of it. */
export interface SignedRequest {
  method: string;
  target: string;
  body: Uint8Array;
  /** Milliseconds since 1970. */
  nowMs: number;
}

/** A stored secret, opened, with what is made of it once. */
interface Opened {
  secret: string;
  fixed: Injected | null;
  /** {@link formsOf} it. */
  forms: readonly string[];
}

const opened = new WeakMap<CompiledService, Opened>();

/** Whether a service's requests are signed, so that each must be there whole before it leaves. */
export function isSigned({ injection }: CompiledService): boolean {
  return injection?.how.kind === "hmac";
}

/**
 * What to put into a request of a service; null where it injects nothing. `signed` is asked only for signatures.
 * Throws `unavailable` when the stored secret cannot be opened: nothing is ever sent without it.
 */
export function injectionOf(service: CompiledService, signed: () => SignedRequest): Injected | null {
  const { injection } = service;
  if (injection === null) return null;
  const { secret, fixed } = open(service, injection);
  if (fixed !== null) return fixed;
  return injection.how.kind === "hmac" ? signature(injection.how, { secret, request: signed() }) : null;
}

/** Opened once for each version of a service. */
function open(service: CompiledService, { how, sealed }: NonNullable<CompiledService["injection"]>): Opened {
  const known = opened.get(service);
  if (known !== undefined) return known;
  const secret = unseal("upstream-secret", sealed);
  if (secret === null)
    throw new Problem(
      "unavailable",
      "The secret of this service's upstream cannot be opened. Write it again.",
    );
  const fixed = fixedPart(how, secret);
  const made = { secret, fixed, forms: formsOf(secret, fixed) };
  opened.set(service, made);
  return made;
}

function fixedPart(how: Injection, secret: string): Injected | null {
  switch (how.kind) {
    case "bearer":
      return inHeader("authorization", `Bearer ${secret}`);
    case "basic":
      return inHeader(
        "authorization",
        `Basic ${Buffer.from(`${how.username}:${secret}`).toString("base64")}`,
      );
    case "header":
      return inHeader(how.name, secret);
    case "query":
      return { headers: [], replaces: noNames, query: { name: how.name, value: secret } };
    case "hmac":
      return null;
  }
}

/** Stands where an answer repeated the secret; printable ASCII, as a header has to be. */
const hidden = "(hidden)";

/** An upstream's answer as others may see it: where it repeats the secret, in any form that was sent, it is hidden. */
export function withoutSecret(service: CompiledService, text: string): string {
  if (service.injection === null) return text;
  const { forms } = open(service, service.injection);
  return forms.reduce((shown, form) => (shown.includes(form) ? shown.replaceAll(form, hidden) : shown), text);
}

/** What is shorter stands in headers by chance, in lengths and dates. */
const tellingLength = 8;

/** The headers of an upstream's answer without its secret: a redirect, for one, repeats the query that held it. */
export function headersWithoutSecret(service: CompiledService, flat: string[]): string[] {
  if (service.injection === null) return flat;
  if (open(service, service.injection).secret.length < tellingLength) return flat;
  return flat.map((text, at) => (at % 2 === 1 ? withoutSecret(service, text) : text));
}

/** Longest text that {@link withoutSecret} looks for: an excerpt is cut only after so much more was looked at. */
export function secretReach(service: CompiledService): number {
  return service.injection === null
    ? 0
    : Math.max(...open(service, service.injection).forms.map((form) => form.length));
}

/** Every spelling in which an upstream may repeat the secret, longest first. */
function formsOf(secret: string, fixed: Injected | null): string[] {
  const sent = (fixed?.headers ?? []).filter((_, index) => index % 2 === 1);
  const encoded = encodeURIComponent(secret);
  const forms = [...sent, ...sent.map((value) => value.replace(/^(?:Basic|Bearer) /, "")), encoded];
  const all = new Set([...forms, encoded.replaceAll("%20", "+"), secret]);
  return [...all].sort((one, other) => other.length - one.length);
}

const noNames: ReadonlySet<string> = new Set();

function inHeader(name: string, value: string): Injected {
  const lower = name.toLowerCase();
  return { headers: [lower, value], replaces: new Set([lower]), query: null };
}

/**
 * `body`: the MAC of the body's bytes, as GitHub and Stripe sign. `request`: of four lines: method, path with query,
 * Unix seconds, and the body's SHA-256 in hex.
 */
function signature(
  how: Injection & { kind: "hmac" },
  { secret, request }: { secret: string; request: SignedRequest },
): Injected {
  const seconds = String(Math.floor(request.nowMs / 1_000));
  const mac = createHmac(how.algorithm, secret);
  if (how.signs === "body") mac.update(request.body);
  else {
    const digest = createHash("sha256").update(request.body).digest("hex");
    mac.update([request.method, request.target, seconds, digest].join("\n"));
  }
  const name = how.name.toLowerCase();
  const timestamp = how.timestampHeader?.toLowerCase();
  return {
    headers: [
      name,
      `${how.prefix}${mac.digest(how.encoding)}`,
      ...(timestamp === undefined ? [] : [timestamp, seconds]),
    ],
    replaces: new Set(timestamp === undefined ? [name] : [name, timestamp]),
    query: null,
  };
}

/** A raw query with the parameter set: every other byte stays, and the caller's own of that name are gone. */
export function queryWith(rawQuery: string, { name, value }: { name: string; value: string }): string {
  const kept = rawQuery
    .split("&")
    .filter((part) => part !== "" && nameOf(part) !== name)
    .join("&");
  const own = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return kept === "" ? own : `${kept}&${own}`;
}

function nameOf(part: string): string {
  const raw = (part.split("=", 1)[0] ?? "").replaceAll("+", " ");
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
