import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const source = "lib/client/sdk";
const entries = ["entry.ts", "verify/hono.ts", "verify/express.ts", "verify/next.ts"];

/** The client as JavaScript modules and their types, in `folder`; what package.json exports points there. Throws with what failed. */
export async function buildSdk(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: entries.map((entry) => path.join(source, entry)),
    outdir: folder,
    outbase: source,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    packages: "external",
    logLevel: "error",
  });
  writeTypes(folder);
}

function writeTypes(folder: string): void {
  const tsc = "node_modules/typescript/bin/tsc";
  const output = path.resolve(folder);
  const done = spawnSync(
    process.execPath,
    [tsc, "-p", `${source}/tsconfig.package.json`, "--outDir", output],
    {
      encoding: "utf8",
    },
  );
  if (done.status !== 0) throw new Error(`The client's types could not be made:\n${done.stdout}`);
  for (const name of readdirSync(output, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".d.ts")) nameRelatively(output, name);
}

/** Whoever installs the package knows nothing of this repository's `@/`. */
function nameRelatively(folder: string, name: string): void {
  const file = path.join(folder, name);
  const up = "../".repeat(name.split(path.sep).length - 1) || "./";
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/"@\/lib\/client\/sdk\/([^"]+)"/g, `"${up}$1.js"`));
}
