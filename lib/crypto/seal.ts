import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { subkey, subkeys, type Purpose } from "@/lib/crypto/subkey";

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text, under the purpose's current subkey. */
export function seal(purpose: Purpose, text: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", subkey(purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

/** Opens what {@link seal} made under the current or a previous secret; null when none fits. */
export function unseal(purpose: Purpose, sealed: Uint8Array): string | null {
  for (const key of subkeys(purpose)) {
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
    } catch {
      continue;
    }
  }
  return null;
}
