import { createHash } from "node:crypto";
import { compareText, hashText } from "@/lib/keys/hashing/hash-pool";
import { env } from "@/lib/env";

/** 64 characters that every byte of the password goes into: bcrypt itself would ignore what follows byte 72. */
function digest(password: string): string {
  return createHash("sha384").update(password.normalize("NFKC"), "utf8").digest("base64");
}

/** The bcrypt hash to keep for a password. */
export function hashPassword(password: string): Promise<string> {
  return hashText(digest(password));
}

/** A hash that nothing fits, of the cost in use: 22 characters of salt, 31 of checksum. */
function impossibleHash(): string {
  return `$2b$${String(env().BCRYPT_COST).padStart(2, "0")}$${".".repeat(53)}`;
}

/**
 * Whether the password is the one hashed. Without a hash (no such person, or one without a password) it works just
 * as long and says no, so that time tells nothing about who has an account.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const fits = await compareText(digest(password), hash ?? impossibleHash());
  return fits && hash !== null;
}

/** Whether a hash was made with another work factor than the one in use. */
export function isOutdated(hash: string): boolean {
  return Number(hash.slice(4, 6)) !== env().BCRYPT_COST;
}
