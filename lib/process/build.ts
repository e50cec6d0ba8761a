import { spawnSync } from "node:child_process";
import path from "node:path";
import { compressStatic } from "@/lib/process/static-files";

/** `next build`, then a Brotli twin of every script and style. Throws with what it printed when it fails. */
export function buildPortal(root: string, output: "inherit" | "pipe"): void {
  const built = spawnSync(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    encoding: "utf8",
    stdio: output,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (built.status !== 0) throw new Error(`next build failed:\n${built.stdout ?? ""}\n${built.stderr ?? ""}`);
  compressStatic(root);
}
