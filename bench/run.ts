import { execSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { bundleServer } from "@/lib/process/build/build";
import { benchAuthzen } from "@/bench/authzen";
import { benchDecide } from "@/bench/decide";
import { benchExpression } from "@/bench/expression";
import { benchEdge } from "@/bench/edge";
import type { Result, Row } from "@/bench/measure";
import { benchGateway } from "@/bench/proxy";
import { benchRecording } from "@/bench/recording";
import { benchRevocation } from "@/bench/revocation";
import { benchRuleChanges } from "@/bench/rule-changes";
import { benchStreams } from "@/bench/streams";
import { benchVerify } from "@/bench/verify";

/** `npm run bench [-- decide expression verify gateway edge recording revocation rule-changes streams]`: runs, prints, writes docs/benchmarks.md, and ends with 1 when a bar is missed. */
const benches = {
  decide: benchDecide,
  expression: benchExpression,
  verify: benchVerify,
  authzen: benchAuthzen,
  gateway: benchGateway,
  edge: benchEdge,
  recording: benchRecording,
  revocation: benchRevocation,
  "rule-changes": benchRuleChanges,
  streams: benchStreams,
};
type Name = keyof typeof benches;
const isName = (text: string): text is Name => text in benches;

const asked = process.argv.slice(2).filter(isName);
const results: Result[] = [];
bundleServer(process.cwd());
for (const name of asked.length > 0 ? asked : Object.keys(benches).filter(isName)) {
  console.log(`Running ${name} …`);
  const result = await benches[name]();
  results.push(result);
  console.log(asText(result));
}
if (asked.length === 0) writeFileSync("docs/benchmarks.md", document(results));
process.exitCode = results.every((result) => result.rows.every(holds)) ? 0 : 1;

function holds({ bar, spread }: Row): boolean {
  if (bar === undefined) return true;
  return "atLeast" in bar ? spread.median >= bar.atLeast : spread.median <= bar.atMost;
}

function barText({ bar }: Row): string {
  if (bar === undefined) return "";
  return "atLeast" in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`;
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}

function asText({ title, rows }: Result): string {
  const lines = rows.map((row) => {
    const { min, median, max } = row.spread;
    const verdict = row.bar === undefined ? "" : `   bar ${barText(row)} ${holds(row) ? "held" : "MISSED"}`;
    return `  ${row.what.padEnd(48)} ${number(median).padStart(10)} ${row.unit}   (${number(min)} – ${number(max)})${verdict}`;
  });
  return [`\n${title}`, ...lines, ""].join("\n");
}

function document(all: readonly Result[]): string {
  const sections = all.map(({ title, note, rows }) => {
    const table = rows.map(
      (row) =>
        `| ${row.what} | ${number(row.spread.min)} | ${number(row.spread.median)} | ${number(row.spread.max)} | ${row.unit} | ${barText(row)} | ${row.bar === undefined ? "" : holds(row) ? "held" : "missed"} |`,
    );
    return `## ${title}\n\n${note}\n\n| What | min | median | max | unit | bar | |\n|---|---|---|---|---|---|---|\n${table.join("\n")}\n`;
  });
  return `# Benchmarks\n\nWritten by \`npm run bench\`. Figures of one machine on one day; only the ratios mean anything elsewhere.\n\n${machine()}\n\n${sections.join("\n")}`;
}

function machine(): string {
  const { model = "unknown processor" } = os.cpus()[0] ?? {};
  const { version } = readVersion();
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return `Latchkey ${version}, Node ${process.version}, ${os.cpus().length} × ${model.trim()}, ${memory} GiB, ${execSync("uname -sr").toString().trim()}, ${new Date().toISOString().slice(0, 10)}.`;
}

function readVersion(): { version: string } {
  const parsed: unknown = JSON.parse(readFileSync("package.json", "utf8"));
  return {
    version:
      typeof parsed === "object" && parsed !== null && "version" in parsed ? String(parsed.version) : "",
  };
}
