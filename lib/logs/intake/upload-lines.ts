import { uploadBytesMax, uploadLineBytesMax, uploadLinesMax } from "@/lib/logs/schema";
import { Problem } from "@/lib/api/problem";

/** One line of an upload, from 1; null when it is longer than a line may be. */
export interface UploadLine {
  line: number;
  bytes: Uint8Array | null;
}

const lineFeed = 10;

/**
 * Cuts a body into its lines as they arrive; no more than one line and one chunk are held. Empty lines count, but are
 * left out. Throws `too-large` behind the last line within the limit.
 */
export async function* uploadLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<UploadLine> {
  let line = 1;
  let total = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const nextLine = () => {
    line += 1;
    return null;
  };
  const keep = (part: Uint8Array) => {
    if (part.byteLength === 0) return;
    heldBytes += part.byteLength;
    if (heldBytes <= uploadLineBytesMax) held.push(part);
    else held = [];
  };
  const cut = (): UploadLine | null => {
    if (heldBytes === 0) return nextLine();
    const bytes = heldBytes > uploadLineBytesMax ? null : withoutReturn(held);
    held = [];
    heldBytes = 0;
    const ended = line++;
    return bytes?.byteLength === 0 ? null : { line: ended, bytes };
  };
  for await (const chunk of body) {
    total += chunk.byteLength;
    if (total > uploadBytesMax) throw new Problem("too-large", "An upload may hold 64 MiB at most.");
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      if (line > uploadLinesMax)
        throw new Problem("too-large", "An upload may hold 1,000,000 lines at most.");
      keep(chunk.subarray(from, at));
      from = at + 1;
      const ended = cut();
      if (ended !== null) yield ended;
    }
    if (from < chunk.byteLength) keep(chunk.subarray(from));
  }
  const last = cut();
  if (last !== null) yield last;
}

function withoutReturn(parts: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.concat(parts);
  return whole.at(-1) === 13 ? whole.subarray(0, -1) : whole;
}
