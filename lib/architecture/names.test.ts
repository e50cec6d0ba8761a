import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const sources = ["app", "bench", "components", "e2e", "lib", "prisma"];
const sayNothing = new Set(["common", "helpers", "hooks", "misc", "shared", "types", "utils"]);
const theirs = /\/(generated|node_modules)\//;

const files = sources.flatMap((folder) =>
  readdirSync(folder, { encoding: "utf8", recursive: true }).map((file) => path.join(folder, file)),
);

test("no file or folder is named for everything that did not fit elsewhere", () => {
  expect(files.length).toBeGreaterThan(1_000);
  const named = files.filter((file) => !theirs.test(file)).map((file) => path.parse(file));
  expect(named.filter(({ name }) => sayNothing.has(name)).map(path.format)).toEqual([]);
});
