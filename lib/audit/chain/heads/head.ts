import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { headText, keyIdOf, verifyText } from "@/lib/audit/chain/heads/head-text";
import type { Place } from "@/lib/audit/chain/place";
import type { SignedHead } from "@/lib/audit/schema";
import { subkeys } from "@/lib/crypto/subkey";

interface SigningKey {
  id: string;
  secret: KeyObject;
  public: KeyObject;
  /** SubjectPublicKeyInfo in Base64. */
  publicKey: string;
}

/** PKCS #8 of an Ed25519 key (RFC 8410) up to its 32 bytes. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

const made = new WeakMap<Buffer, SigningKey>();

function signingKey(seed: Buffer): SigningKey {
  const known = made.get(seed);
  if (known !== undefined) return known;
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  const shown = createPublicKey(secret);
  const publicKey = shown.export({ format: "der", type: "spki" }).toString("base64");
  const key = { id: keyIdOf(publicKey), secret, public: shown, publicKey };
  made.set(seed, key);
  return key;
}

/** The keys of the current secret and then of each previous one. */
function heldKeys(): [SigningKey, ...SigningKey[]] {
  const [first, ...others] = subkeys("audit-head").map(signingKey);
  if (first === undefined) throw new Error("there is no secret");
  return [first, ...others];
}

/** The key that signs now: its id, and the public half as SubjectPublicKeyInfo in Base64. */
export function currentKey(): { id: string; publicKey: string } {
  const [{ id, publicKey }] = heldKeys();
  return { id, publicKey };
}

/** Signs text under the current key, in Base64. */
export function signText(text: string): string {
  const [{ secret }] = heldKeys();
  return sign(null, Buffer.from(text), secret).toString("base64");
}

/** Signs a place that was verified. */
export function signHead(head: { workspace: string; base: Place } & Place): SignedHead {
  const { workspace, base, position, hash } = head;
  const unsigned = { position, hash, workspace, base, at: new Date().toISOString() };
  return { ...unsigned, key: currentKey().id, signature: signText(headText(unsigned)) };
}

/** Whether a head is this installation's own; `unknown` when it was signed under a secret that is no longer held. */
export function checkHead(head: SignedHead): "good" | "bad" | "unknown" {
  const key = heldKeys().find(({ id }) => id === head.key);
  if (key === undefined) return "unknown";
  return verifyText(key.public, headText(head), head.signature) ? "good" : "bad";
}
