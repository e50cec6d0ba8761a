import { jsonTextMembers } from "@/lib/gateway/body/json-member";
import { duplicateKeys, nestsDeeperThan } from "@/lib/rules/language/json-text";
import type { Claims } from "@/lib/rules/language/claim";

/** Longest JWT that is looked into; real ones take 1 to 4 KB. */
export const tokenLengthMax = 16_384;

const depthMax = 16;
const base64url = /^[A-Za-z0-9_-]+$/;

/** Whether a value has the outline of a signed JWT: three parts, the first of them base64url of `{…`. Looks no closer. */
export function looksLikeToken(value: string): boolean {
  if (value[0] !== "e") return false;
  const first = value.indexOf(".");
  if (first < 2) return false;
  const second = value.indexOf(".", first + 1);
  return second !== -1 && value.indexOf(".", second + 1) === -1;
}

/**
 * Every `iss` that the unverified payload holds, doubles included, so that a token cannot pass for a stranger's by
 * naming two. Empty when the payload is not a JSON object.
 */
export function claimedIssuers(token: string): string[] {
  const [, payload = ""] = token.split(".", 2);
  return jsonTextMembers(Buffer.from(payload, "base64url"), "iss").map(({ value }) => value);
}

/** What a token says of itself, before anything is proved. */
export interface ReadToken {
  header: Claims;
  claims: Claims;
}

/** Reads a token strictly: base64url without padding, two JSON objects in UTF-8 that name nothing twice and nest no deeper than 16. Null for all else. */
export function readToken(token: string): ReadToken | null {
  const [headerPart, payloadPart, signaturePart, ...more] = token.split(".");
  if (more.length > 0 || signaturePart === undefined || !base64url.test(signaturePart)) return null;
  const [header, claims] = [readObject(headerPart), readObject(payloadPart)];
  return header === null || claims === null ? null : { header, claims };
}

function readObject(part: string | undefined): Claims | null {
  if (part === undefined || !base64url.test(part)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(part, "base64url"),
    );
    const value: unknown = JSON.parse(text);
    return isObject(value) && duplicateKeys(text).length === 0 && !nestsDeeperThan(value, depthMax)
      ? value
      : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
