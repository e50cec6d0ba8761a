import { createHmac, timingSafeEqual } from "node:crypto";
import { subkey, subkeys } from "@/lib/crypto/subkey";
import { randomBase62 } from "@/lib/db/id";
import { checkLength, idLength, secretLength, type ParsedValue } from "@/lib/keys/format";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A value just made, in full; it is shown once and only its hash is kept. */
export interface NewValue {
  value: string;
  id: string;
  /** What stands before the id, e.g. `lk_live`. */
  prefix: string;
  lastFour: string;
}

/** Makes a value under the current secret. */
export function newValue(workspacePrefix: string, environment: "live" | "test"): NewValue {
  const prefix = `${workspacePrefix}_${environment}`;
  const id = randomBase62(idLength);
  const body = `${prefix}_${id}${randomBase62(secretLength)}`;
  const value = withCheck(body);
  return { value, id, prefix, lastFour: value.slice(-4) };
}

/** Completes prefix, environment, id and secret with their check under the current secret. */
export function withCheck(body: string): string {
  return body + checkOf(subkey("key-check"), body);
}

/**
 * Whether the check fits under the current or a previous secret: some microseconds, no query, no bcrypt. A value that
 * was mistyped or made up passes with a chance of 2^-64.
 */
export function hasGenuineCheck({ body, check }: ParsedValue): boolean {
  const given = Buffer.from(check, "latin1");
  let genuine = false;
  for (const key of subkeys("key-check")) {
    const expected = Buffer.from(checkOf(key, body), "latin1");
    if (expected.length === given.length && timingSafeEqual(expected, given)) genuine = true;
  }
  return genuine;
}

/** HMAC-SHA-256 over everything before the check, cut to 64 bits, as 11 base62 digits. */
function checkOf(key: Buffer, body: string): string {
  let rest = createHmac("sha256", key).update(body, "utf8").digest().readBigUInt64BE(0);
  let text = "";
  for (let digit = 0; digit < checkLength; digit += 1) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
