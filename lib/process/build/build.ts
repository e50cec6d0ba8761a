import { spawnSync } from "node:child_process";
import path from "node:path";
import { buildSync } from "esbuild";
import { compressStatic } from "@/lib/process/build/static-files";

/** Where {@link buildPortal} puts the process. */
export const builtServer = "dist/server.mjs";

/** Its parts: the process, and the thread that loads its records. */
const bundled = {
  "server.ts": builtServer,
  "lib/events/loading/thread/worker.ts": "dist/loading-worker.mjs",
};

/** `next build`, a Brotli twin of every script and style, and the process as one file. Throws with what failed. */
export function buildPortal(root: string, output: "inherit" | "pipe"): void {
  const built = spawnSync(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    encoding: "utf8",
    stdio: output,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (built.status !== 0) throw new Error(`next build failed:\n${built.stdout ?? ""}\n${built.stderr ?? ""}`);
  compressStatic(root);
  bundleServer(root);
}

/**
 * `server.ts` and what it imports as one module, packages apart. Loaded from source, every function made on a hot path
 * would also be given its name by the loader.
 */
export function bundleServer(root: string): void {
  for (const [entry, outfile] of Object.entries(bundled)) bundle(root, { entry, outfile });
}

/** One module of an entry and what it imports; `instead` names modules that others stand in for. */
export function bundle(
  root: string,
  { entry, outfile, instead = {} }: { entry: string; outfile: string; instead?: Record<string, string> },
): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "error",
    alias: instead,
  });
}
