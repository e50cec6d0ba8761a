import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { digestOf, type EntryContent } from "@/lib/audit/chain/digest";
import { subkey, subkeys } from "@/lib/crypto/subkey";

/**
 * Digest and seal of an entry about to be written. The seal is `<key id>.<HMAC-SHA-256 of the digest>` under a subkey of
 * the installation's secret: who has the database alone can compute a digest, not a seal.
 */
export function sealed(content: EntryContent): { digest: string; seal: string } {
  const digest = digestOf(content);
  return { digest, seal: sealOf(subkey("audit-seal"), digest) };
}

/** Whether a seal is this installation's; `unknown` when it was made under a secret that is no longer held. */
export function checkSeal(digest: string, seal: string): "good" | "bad" | "unknown" {
  const [id = ""] = seal.split(".");
  const key = subkeys("audit-seal").find((held) => keyIdOf(held) === id);
  if (key === undefined) return "unknown";
  const [expected, given] = [Buffer.from(sealOf(key, digest)), Buffer.from(seal)];
  return expected.length === given.length && timingSafeEqual(expected, given) ? "good" : "bad";
}

function sealOf(key: Buffer, digest: string): string {
  return `${keyIdOf(key)}.${createHmac("sha256", key).update(digest).digest("base64url")}`;
}

const ids = new WeakMap<Buffer, string>();

function keyIdOf(key: Buffer): string {
  const known = ids.get(key);
  if (known !== undefined) return known;
  const id = createHash("sha256").update("audit-seal\n").update(key).digest("base64url").slice(0, 8);
  ids.set(key, id);
  return id;
}
