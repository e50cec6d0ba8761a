import { crc32 } from "node:zlib";

/** Bytes before each frame's content: its length and its CRC-32, both little-endian. */
export const frameHeadBytes = 8;

/** A longer frame is damage, not data. */
const frameBytesMax = 64 * 1024 * 1024;

/** What stands at a place in a segment: a frame, nothing whole yet, or bytes that are no frame. */
export type Frame =
  | { kind: "frame"; text: string; end: number }
  /** A whole frame whose content is not what was written. */
  | { kind: "damaged"; end: number }
  /** Not all of it is there; it may still come. */
  | { kind: "partial" }
  /** The length makes no sense, so the next frame cannot be found. */
  | { kind: "lost" };

/** Writes the head of the frame whose content is `target[start + 8, end)`. */
export function sealFrame(target: Buffer, start: number, end: number): void {
  const content = target.subarray(start + frameHeadBytes, end);
  target.writeUInt32LE(content.length, start);
  target.writeUInt32LE(crc32(content), start + 4);
}

/** Reads the frame that begins at `start` of `bytes`. */
export function frameAt(bytes: Buffer, start: number): Frame {
  if (bytes.length - start < frameHeadBytes) return { kind: "partial" };
  const length = bytes.readUInt32LE(start);
  if (length === 0 || length > frameBytesMax) return { kind: "lost" };
  const end = start + frameHeadBytes + length;
  if (bytes.length < end) return { kind: "partial" };
  const content = bytes.subarray(start + frameHeadBytes, end);
  if (crc32(content) !== bytes.readUInt32LE(start + 4)) return { kind: "damaged", end };
  return { kind: "frame", text: content.toString("utf8"), end };
}
