import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const template = "proto/buf.gen.yaml";
const generated = "lib/grpc/generated";
const baseline = "proto/baseline.json";

/** One sentence or output of a tool for everything that is wrong; none when all is well. */
export type Complaints = string[];

/**
 * Checks `proto/` under `root` without network or git: buf's lint and format, that nothing breaks callers of the
 * committed contract (`proto/baseline.json`), and that baseline and generated code are those of these files.
 */
export function checkContract(root: string): Complaints {
  const ways = [["lint", "proto"], ["format", "proto", "--diff", "--exit-code"], breaking];
  const complaints = ways.flatMap((args) => complaintOf(root, args));
  if (complaints.length > 0) return complaints;
  const stale = [
    ...(readFileSync(path.join(root, baseline), "utf8") === imageOf(root) ? [] : [baseline]),
    ...inTemporaryDirectory((fresh) => {
      generateInto(root, fresh);
      return differing(path.join(root, generated), path.join(fresh, generated));
    }),
  ];
  return stale.length === 0
    ? []
    : [`Not of the files in proto/: ${stale.join(", ")}. Run \`npm run proto\`.`];
}

/**
 * Generates code and takes the contract as the new baseline, so that it can only grow. A change that breaks callers is
 * answered as complaints and writes nothing; whoever means it deletes the baseline first, which a reviewer sees.
 */
export function writeContract(root: string): Complaints {
  const known = readdirSync(path.join(root, "proto")).includes(path.basename(baseline));
  const complaints = known ? complaintOf(root, breaking) : [];
  if (complaints.length > 0) return complaints;
  rmSync(path.join(root, generated), { recursive: true, force: true });
  generateInto(root, root);
  writeFileSync(path.join(root, baseline), imageOf(root));
  return [];
}

const breaking = ["breaking", "proto", "--against", baseline];

function complaintOf(root: string, args: string[]): Complaints {
  const { status, output } = buf(root, args);
  return status === 0 ? [] : [`buf ${args.join(" ")}:\n${output.trim()}`];
}

function generateInto(root: string, directory: string): void {
  const { status, output } = buf(root, ["generate", "--template", template, "--output", directory]);
  if (status !== 0) throw new Error(`buf generate failed:\n${output}`);
}

/** The contract without comments, one line for each value, so that changes can be read. */
function imageOf(root: string): string {
  const { status, output } = buf(root, [
    "build",
    "proto",
    "--exclude-source-info",
    "--output",
    "-#format=json",
  ]);
  if (status !== 0) throw new Error(`buf build failed:\n${output}`);
  return `${JSON.stringify(JSON.parse(output), null, 1)}\n`;
}

/** The tools are this package's own, wherever `root` is. */
function buf(root: string, args: string[]): { status: number | null; output: string } {
  const tools = path.resolve("node_modules/.bin");
  const done = spawnSync(path.join(tools, "buf"), args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: `${tools}${path.delimiter}${process.env.PATH ?? ""}` },
  });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

function inTemporaryDirectory<Result>(work: (directory: string) => Result): Result {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-proto-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Files that are in one place only, or not alike. */
function differing(one: string, other: string): string[] {
  const files = new Set([...filesIn(one), ...filesIn(other)]);
  return [...files].filter((file) => contentOf(one, file) !== contentOf(other, file));
}

function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

function contentOf(directory: string, file: string): string | null {
  try {
    return readFileSync(path.join(directory, file), "utf8");
  } catch {
    return null;
  }
}
