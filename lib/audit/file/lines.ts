import { createReadStream } from "node:fs";

const newline = 10;
/** No line of an export comes near this; a file without line ends must not fill the memory. */
const lineBytesMax = 4 * 1024 * 1024;

/** The lines of a file as bytes with their line end, one at a time. Throws for a line of more than 4 MiB. */
export async function* linesOf(path: string): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  const chunks: AsyncIterable<Buffer> = createReadStream(path);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline, from)) {
      yield rest.subarray(from, at + 1);
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > lineBytesMax) throw new Error("This is no export: a line is longer than 4 MiB");
  }
  if (rest.length > 0) yield rest;
}
