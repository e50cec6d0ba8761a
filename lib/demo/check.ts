import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { buildIfNeeded } from "@/lib/process/build/build-if-needed";
import { readDemoFile, type DemoFile } from "@/lib/demo/demo-file";
import type { Step } from "@/lib/demo/ask";
import { afterRestart, mainJob } from "@/lib/demo/main-job";
import { freePort } from "@/lib/process/listeners/free-port";

type Say = (line: string) => void;

/**
 * Runs the main job by HTTP and prints a table. Against the demo that runs on DATA_DIR, or, where none runs, against
 * one that it starts, restarts and stops itself. Answers whether every step held.
 */
export async function checkDemo(say: Say): Promise<boolean> {
  const dataDirectory = path.resolve(process.env.DATA_DIR ?? "./.data");
  const running = await runningDemo(dataDirectory);
  if (running !== null) {
    say(
      `Checking the demo that runs at ${running.portal}; only one that this command starts is also restarted.\n`,
    );
    return report(await mainJob(running), say);
  }
  buildIfNeeded(process.cwd(), say);
  return checkOwn(dataDirectory, say);
}

async function checkOwn(dataDirectory: string, say: Say): Promise<boolean> {
  const ports = {
    PORT: process.env.PORT ?? String(await freePort()),
    GATEWAY_PORT: process.env.GATEWAY_PORT ?? String(await freePort()),
    GRPC_PORT: process.env.GRPC_PORT ?? String(await freePort()),
  };
  const first = await startOwn(dataDirectory, ports);
  say(`Checking a demo started at ${first.demo.portal} on ${dataDirectory}\n`);
  const steps = await mainJob(first.demo).finally(() => stop(first.child));
  const second = await startOwn(dataDirectory, ports);
  const restarted = await afterRestart(second.demo, steps).finally(() => stop(second.child));
  return report([...steps, ...restarted], say);
}

async function runningDemo(dataDirectory: string): Promise<DemoFile | null> {
  const demo = readDemoFile(dataDirectory);
  return demo !== null && (await answers(demo.portal)) ? demo : null;
}

async function answers(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/healthz`).catch(() => null);
  return answer?.ok === true;
}

interface OwnDemo {
  child: ChildProcess;
  demo: DemoFile;
}

const startTimeoutMs = 180_000;

async function startOwn(dataDirectory: string, ports: Record<string, string>): Promise<OwnDemo> {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/demo/cli.ts"], {
    env: { ...process.env, ...ports, DATA_DIR: dataDirectory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until) {
    if (child.exitCode !== null)
      throw new Error(`The demo ended with ${child.exitCode}:\n${printed.join("")}`);
    const demo = printed.join("").includes("Latchkey is running.") ? await runningDemo(dataDirectory) : null;
    if (demo !== null) return { child, demo };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`The demo did not start within ${startTimeoutMs / 1000} s:\n${printed.join("")}`);
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

function report(steps: readonly Step[], say: Say): boolean {
  const width = Math.max(...steps.map((step) => step.name.length));
  for (const step of steps) say(`  ${step.held ? "ok  " : "FAIL"}  ${step.name.padEnd(width)}  ${step.saw}`);
  const failed = steps.filter((step) => !step.held).length;
  say(`\n${failed === 0 ? "All" : `${steps.length - failed} of`} ${steps.length} steps held.`);
  return failed === 0;
}
