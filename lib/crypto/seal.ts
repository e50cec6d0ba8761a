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
    const text = open(key, sealed);
    if (text !== null) return text;
  }
  return null;
}

/** The same text sealed under the current subkey; null when it is already, or when no secret opens it. */
export function resealed(purpose: Purpose, sealed: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (open(subkey(purpose), sealed) !== null) return null;
  const text = unseal(purpose, sealed);
  return text === null ? null : seal(purpose, text);
}

function open(key: Buffer, sealed: Uint8Array): string | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
