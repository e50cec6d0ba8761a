import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Environment } from "@/lib/env";

const readme = readFileSync("README.md", "utf8");
const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");
const Package = z.object({ scripts: z.record(z.string(), z.string()) });

describe("the documents are true today", () => {
  test("every variable that is read stands in the README's table, and no other", () => {
    const table = readme.split("\n").filter((line) => line.startsWith("| `"));
    const named = table.flatMap((line) =>
      [...(line.split("|")[1] ?? "").matchAll(/`([A-Z_]+)`/g)].map((match) => match[1]),
    );
    const read = Object.keys(Environment.shape).filter((name) => name !== "NODE_ENV");
    expect(named.toSorted()).toEqual(read.toSorted());
  });

  test("every npm command that they name exists", () => {
    const { scripts } = Package.parse(JSON.parse(readFileSync("package.json", "utf8")));
    const commands = [...documents.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? "");
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });
});
