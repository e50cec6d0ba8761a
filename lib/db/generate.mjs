// Generates the Prisma client without network: the CLI fetches a schema engine at first use unless it is told of one,
// and `generate` never runs it, so any existing file will do.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const cli = path.join(
  path.dirname(createRequire(import.meta.url).resolve("prisma/package.json")),
  "build/index.js",
);
const env = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
};
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [cli, "generate", "--schema", "prisma/schema.prisma"],
  { env, encoding: "utf8" },
);
if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
process.exit(status ?? 1);
