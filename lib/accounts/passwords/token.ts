import { createHash } from "node:crypto";
import { randomBase62 } from "@/lib/db/id";

/** A token for a mailed link: 43 base62 characters, 256 bits. Only its hash is kept. */
export function newToken(): { token: string; tokenHash: string } {
  const token = randomBase62(43);
  return { token, tokenHash: hashToken(token) };
}

/** What the database knows a mailed token by. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
