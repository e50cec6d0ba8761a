import { sha256 } from "@/lib/audit/chain/digest";

/** A place in a workspace's chain. Place 0, before the first entry, has the empty hash. */
export interface Place {
  position: number;
  /** SHA-256 in hexadecimal. */
  hash: string;
}

/** Where every chain begins. */
export const origin: Place = { position: 0, hash: "" };

/** The hash at a place, from the one before it and the digest of the entry there; the database's trigger does the same. */
export function linkHash(previous: string, position: number, digest: string): string {
  return sha256(`${previous}:${position}:${digest}`);
}
