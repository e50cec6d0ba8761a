import { hash } from "node:crypto";

/** SHA-256 works in blocks of 64 bytes; keys here are never longer. */
const blockBytes = 64;
const pads = new WeakMap<Buffer, { inner: Buffer; outer: Buffer }>();

/**
 * HMAC-SHA-256 (RFC 2104) of a text as UTF-8, under a key of at most 64 bytes; the same as `createHmac`, for paths that
 * run with every call. `createHmac` makes native objects that outlive minor garbage collections, which then cost
 * more than the hashing.
 */
export function hmacSha256(key: Buffer, text: string): Buffer {
  const { inner, outer } = padsOf(key);
  const first = hash("sha256", Buffer.concat([inner, Buffer.from(text, "utf8")]), "buffer");
  return hash("sha256", Buffer.concat([outer, first]), "buffer");
}

function padsOf(key: Buffer): { inner: Buffer; outer: Buffer } {
  const known = pads.get(key);
  if (known !== undefined) return known;
  if (key.length > blockBytes) throw new RangeError("the key is longer than a block");
  const made = { inner: Buffer.alloc(blockBytes, 0x36), outer: Buffer.alloc(blockBytes, 0x5c) };
  for (const [index, byte] of key.entries()) {
    made.inner[index] = byte ^ 0x36;
    made.outer[index] = byte ^ 0x5c;
  }
  pads.set(key, made);
  return made;
}
