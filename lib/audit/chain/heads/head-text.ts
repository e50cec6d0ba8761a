import { createHash, verify, type KeyObject } from "node:crypto";
import type { SignedHead } from "@/lib/audit/schema";

/** What is signed of a head: five lines of text. */
export function headText({ workspace, base, position, hash, at }: Omit<SignedHead, "key" | "signature">) {
  return [
    "latchkey-audit-head-v1",
    workspace,
    `${base.position}:${base.hash}`,
    `${position}:${hash}`,
    at,
  ].join("\n");
}

/** Id of a public key that is given as SubjectPublicKeyInfo in Base64. */
export function keyIdOf(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex").slice(0, 16);
}

/** Whether Base64 is a key's signature of a text. */
export function verifyText(key: KeyObject, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}
