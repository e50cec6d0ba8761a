import { createHash } from "node:crypto";
import { randomBase62 } from "@/lib/db/id";

const secretLength = 43;
const tokenPattern = /^lps_[0-9A-Za-z]{43}$/;
const codePattern = /^lpc_[0-9A-Za-z]{43}$/;

/** A code of 256 bits; only its hash is kept. */
export function newCode(): string {
  return `lpc_${randomBase62(secretLength)}`;
}

/** A token of 256 bits; only its hash is kept. */
export function newPortalToken(): string {
  return `lps_${randomBase62(secretLength)}`;
}

/** Whether a bearer value is a portal session's token; no key's value looks like one, whatever its prefix. */
export function isPortalToken(value: string): boolean {
  return tokenPattern.test(value);
}

/** Whether a text could be a code at all. */
export function isCode(value: string): boolean {
  return codePattern.test(value);
}

/** SHA-256, hex: what the database knows a code or token by. */
export function hashOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
