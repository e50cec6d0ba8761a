import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** Scripts and styles of a build carry their content's hash in their name, so what was compressed once stays true. */
const types: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

const staticDirectory = (root: string) => path.join(root, ".next/static");

/** After `next build`: writes a Brotli twin (quality 11) beside every script and style. Answers how many. */
export function compressStatic(root: string): number {
  const files = listFiles(staticDirectory(root)).filter((file) => path.extname(file) in types);
  for (const file of files) {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: statSync(file).size,
    };
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
  }
  return files.length;
}

/** Answers a request for such a file with its twin, where the browser takes Brotli; false leaves it to Next. */
export type StaticAnswer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Looks for twins once, at start. */
export function compressedStatic(root: string): StaticAnswer {
  const twins = new Map<string, { file: string; bytes: number; type: string }>();
  for (const file of listFiles(staticDirectory(root))) {
    const type = types[path.extname(file)];
    if (type === undefined || !existsSync(`${file}.br`)) continue;
    const address = `/_next/static/${path.relative(staticDirectory(root), file).split(path.sep).join("/")}`;
    twins.set(address, { file: `${file}.br`, bytes: statSync(`${file}.br`).size, type });
  }
  return (request, response) => {
    const twin = twins.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (twin === undefined || !takesBrotli(request)) return false;
    response.writeHead(200, {
      "content-type": twin.type,
      "content-encoding": "br",
      "content-length": twin.bytes,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
    });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(twin.file)
        .on("error", () => response.destroy())
        .pipe(response);
    return true;
  };
}

function takesBrotli({ method, headers }: IncomingMessage): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    /(^|[\s,])br([\s,;]|$)/.test(String(headers["accept-encoding"] ?? ""))
  );
}

function listFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
