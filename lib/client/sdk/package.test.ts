import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackage } from "@/lib/testing/install-package";

let project: string;

beforeAll(async () => {
  project = mkdtempSync(path.join(os.tmpdir(), "latchkey-consumer-"));
  await installPackage(path.join(project, "node_modules"));
  writeFileSync(path.join(project, "package.json"), '{ "private": true, "type": "module" }');
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Judges programs as somebody's strict project would that knows nothing of this repository; answers what is wrong. */
function complaintsAbout(programs: readonly string[]): string[] {
  const names = programs.map((_, index) => `program${index}.ts`);
  for (const [index, name] of names.entries()) writeFileSync(path.join(project, name), programs[index] ?? "");
  const flags =
    "--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2022 --types node";
  const tsc = path.resolve("node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags.split(" "), ...names], {
    cwd: project,
    encoding: "utf8",
  });
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  const told = names.map((name) => lines.filter((line) => line.startsWith(name)).join("\n"));
  return [...told, lines.filter((line) => !line.startsWith("program")).join("\n")];
}

const head = `import { createLatchkey, eachItem, isLatchkeyError } from "latchkey/client";
const latchkey = createLatchkey({ origin: "http://127.0.0.1:1", key: "k", retries: 0 });
`;

test("an installed package types inputs, answers and failures by the contract, without a type of this repository", () => {
  const good = `${head}
const { key, secret } = await latchkey.createKey({ name: "n" });
const text: string = key.id + secret + (key.customer ?? "");
for await (const item of eachItem(latchkey.listKeys, { status: "active" })) item.scopes.map((scope) => scope.length);
const nothing: undefined = await latchkey.deleteService({ id: "svc_1" });
try { await latchkey.whoami(); } catch (error) { if (isLatchkeyError(error, "forbidden")) text.concat(error.kind); }
export { nothing };`;
  const wrongs = [
    ["await latchkey.createKey({});", "name"],
    ["await latchkey.createKey();", "Expected 1-2 arguments"],
    ['await latchkey.createKey({ name: "n", colour: "red" });', "colour"],
    ['await latchkey.rotateKey({ id: "k" });', "overlapSeconds"],
    ['await latchkey.listKeys({ status: "gone" });', "gone"],
    ["await latchkey.destroyEverything();", "destroyEverything"],
  ] as const;
  const programs = wrongs.map(([wrong]) => `${head}${wrong}\nexport {};`);
  const complaints = complaintsAbout([...programs, good]);
  for (const [index, [, complaint]] of wrongs.entries()) expect(complaints[index]).toContain(complaint);
  expect(complaints.slice(wrongs.length)).toEqual(["", ""]);
}, 120_000);

test("the programs in the client's guide are right by the installed types", () => {
  const guide = readFileSync("docs/guides/client.md", "utf8");
  const programs = [...guide.matchAll(/```ts\n([^`]*(?:`[^`]+`[^`]*)*)```/g)].map(
    (match) => `${match[1]}\nexport {};`,
  );
  expect(programs).toHaveLength(5);
  expect(complaintsAbout(programs)).toEqual([...programs, ""].map(() => ""));
}, 120_000);

test("the modules run on plain Node without any other package, and hold nothing of Node's own", () => {
  writeFileSync(
    path.join(project, "main.mjs"),
    `${head}
await latchkey.whoami().catch((error) => console.log(error.kind, isLatchkeyError(error, "unreachable")));`,
  );
  const run = spawnSync(process.execPath, ["main.mjs"], { cwd: project, encoding: "utf8" });
  expect(run.stdout + run.stderr).toBe("unreachable true\n");
  const folder = path.join(project, "node_modules/latchkey/dist/client");
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  expect(modules.length).toBeGreaterThanOrEqual(4);
  for (const name of modules)
    expect([name, readFileSync(path.join(folder, name), "utf8")]).not.toMatchObject([
      name,
      expect.stringMatching(/from ?"(?!\.)|node:|Buffer|process\./),
    ]);
});
