import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { buildPortal } from "@/lib/process/build/build";

const sources = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "next.config.mjs",
  "tailwind.config.ts",
  "package-lock.json",
  "proxy.ts",
  "instrumentation.ts",
];

/** Runs `next build` when there is no build or a source is younger than it. Prints what it does; throws when it fails. */
export function buildIfNeeded(root: string, say: (line: string) => void): void {
  const buildId = path.join(root, ".next/BUILD_ID");
  if (existsSync(buildId) && newest(root) <= statSync(buildId).mtimeMs) return;
  say("Building the portal (about a minute, once) …");
  buildPortal(root, "pipe");
}

function newest(root: string): number {
  return Math.max(...sources.map((source) => newestBelow(path.join(root, source))));
}

function newestBelow(place: string): number {
  if (!existsSync(place)) return 0;
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(place).map((entry) => newestBelow(path.join(place, entry))));
}
