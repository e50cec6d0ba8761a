import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** Each file breaks exactly the rule it is named for. Planted, judged and removed again. */
const planted: Record<string, { file: string; text: string }> = {
  "nothing-imports-app": { file: "lib/planted/from-app.ts", text: 'import "@/app/layout";\n' },
  "components-see-no-secrets": { file: "components/planted/secret.tsx", text: 'import "@/lib/env";\n' },
  "pure-files-do-no-io": { file: "lib/planted/decide.ts", text: 'import "node:fs";\n' },
  "only-db-constructs-prisma": {
    file: "lib/planted/prisma.ts",
    text: 'import { PrismaClient } from "@/lib/db/generated/client";\nvoid PrismaClient;\n',
  },
  "no-tests-in-production": {
    file: "lib/planted/uses-tests.ts",
    text: 'import "@/lib/testing/calls/http";\n',
  },
  "no-circular": { file: "lib/planted/ring-back.ts", text: 'import "@/lib/planted/ring";\n' },
  "no-unresolvable": { file: "lib/planted/lost.ts", text: 'import "@/lib/planted/nowhere";\n' },
};
/** A ring is reported once, from the first of its files by name. */
const restOfRing = { file: "lib/planted/ring.ts", text: 'import "@/lib/planted/ring-back";\n' };

const remove = () => {
  for (const { file } of Object.values(planted)) rmSync(path.dirname(file), { recursive: true, force: true });
};
let violations: { from: string; rule: { name: string } }[] = [];

beforeAll(() => {
  for (const { file, text } of [...Object.values(planted), restOfRing]) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const command = [
    "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "json",
    "lib/planted",
    "components/planted",
  ];
  const { stdout } = spawnSync(process.execPath, command, { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  remove();
  violations = Report.parse(JSON.parse(stdout)).summary.violations;
}, 60_000);
afterAll(remove);

describe("the import rules catch a planted violation", () => {
  test.each(Object.entries(planted))("of %s", (rule, { file }) => {
    expect(violations).toContainEqual(
      expect.objectContaining({ from: file, rule: expect.objectContaining({ name: rule }) }),
    );
  });
});
