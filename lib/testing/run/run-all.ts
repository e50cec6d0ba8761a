import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { buildIfNeeded } from "@/lib/process/build/build-if-needed";
import { freePort } from "@/lib/process/listeners/free-port";
import { ensureParts, startPostgres, startRedis } from "@/lib/testing/servers/parts";

/** `npm test`: everything, on the embedded database and again on PostgreSQL and Redis; ends with the sums. */
const say = (line: string) => process.stdout.write(`${line}\n`);
const results = mkdtempSync(path.join(os.tmpdir(), "latchkey-results-"));

interface Count {
  passed: number;
  failed: number;
}

interface Suite {
  title: string;
  args: string[];
  environment: Record<string, string>;
}

const vitest = "node_modules/vitest/vitest.mjs";

async function runAll(): Promise<Count[]> {
  ensureParts(say);
  buildIfNeeded(process.cwd(), say);
  const counts: Count[] = [];
  for (const suite of await embeddedSuites()) counts.push(await run(suite));
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  try {
    const servers = { TEST_POSTGRES_URL: postgres.url, TEST_REDIS_URL: redis.url };
    for (const suite of vitestSuites("PostgreSQL and Redis", servers)) counts.push(await run(suite));
  } finally {
    await postgres.stop();
    await redis.stop();
  }
  return counts;
}

async function embeddedSuites(): Promise<Suite[]> {
  const ports = { E2E_PORT: String(await freePort()), E2E_GATEWAY_PORT: String(await freePort()) };
  const browser = {
    title: "journeys in Chromium, embedded database",
    args: ["node_modules/@playwright/test/cli.js", "test"],
    environment: ports,
  };
  return [...vitestSuites("embedded database", {}), browser];
}

function vitestSuites(where: string, environment: Record<string, string>): Suite[] {
  const project = (name: string) => [vitest, "run", "--project", name];
  return [
    { title: `unit, ${where}`, args: project("unit"), environment },
    {
      title: `API on server.ts, ${where}`,
      args: project("api"),
      environment: { ...environment, API_MOUNT: "server" },
    },
    {
      title: `API inside Next, ${where}`,
      args: project("api"),
      environment: { ...environment, API_MOUNT: "next" },
    },
  ];
}

async function run({ title, args, environment }: Suite): Promise<Count> {
  say(`\n=== ${title}`);
  const file = path.join(results, `${title.replace(/\W+/g, "-")}.json`);
  const isVitest = args[0] === vitest;
  const reporters = isVitest ? ["--reporter=dot", "--reporter=json", `--outputFile.json=${file}`] : [];
  const code = await finished([...args, ...reporters], { ...environment, E2E_JSON: file });
  const count = isVitest ? countVitest(file) : countPlaywright(file);
  // A run that dies outside its tests has failed, whatever it counted.
  const failed = code !== 0 && count.failed === 0 ? 1 : count.failed;
  say(`${title}: ${count.passed} passed, ${failed} failed`);
  return { passed: count.passed, failed };
}

function finished(args: string[], environment: Record<string, string>): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: "inherit",
      env: { ...process.env, NO_COLOR: "1", ...environment },
    });
    child.once("exit", (code) => resolve(code));
  });
}

const VitestResults = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
const PlaywrightResults = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

function countVitest(file: string): Count {
  const parsed = VitestResults.safeParse(readJson(file));
  return parsed.success
    ? { passed: parsed.data.numPassedTests, failed: parsed.data.numFailedTests }
    : { passed: 0, failed: 1 };
}

function countPlaywright(file: string): Count {
  const parsed = PlaywrightResults.safeParse(readJson(file));
  if (!parsed.success) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = parsed.data.stats;
  return { passed: expected, failed: unexpected + flaky };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

const counts = await runAll();
rmSync(results, { recursive: true, force: true });
const sum = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
const failed = sum((count) => count.failed);
say(`\n${sum((count) => count.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
