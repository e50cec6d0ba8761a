import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { buildSdk } from "@/lib/client/sdk/build-sdk";

/** Puts the client's package, built anew, beside links to every other package, into somebody's `node_modules`. */
export async function installPackage(modules: string): Promise<void> {
  const home = path.join(modules, "latchkey");
  mkdirSync(home, { recursive: true });
  cpSync("package.json", path.join(home, "package.json"));
  await buildSdk(path.join(home, "dist/client"));
  for (const name of readdirSync("node_modules"))
    if (name !== "latchkey") symlinkSync(path.resolve("node_modules", name), path.join(modules, name));
}
