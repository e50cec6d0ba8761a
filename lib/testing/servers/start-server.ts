import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { embeddedUrl } from "@/lib/db/embedded/embedded";
import { builtServer } from "@/lib/process/build/build";
import { freePort } from "@/lib/process/listeners/free-port";
import { testEnvironment } from "@/lib/testing/run/test-environment";

/** A Latchkey process under test. */
export interface TestServer {
  process: ChildProcess;
  portal: string;
  gateway: string;
  /** `host:port` of the gRPC listener, if LISTEN names it. */
  grpc: string;
  dataDirectory: string;
  databaseUrl: string;
  /** Everything it printed so far. */
  output(): string;
  /** Sends the signal (SIGTERM unless named) and waits for the end; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

interface Start {
  /** `server` is server.ts, `built` the same after `npm run build`; `next` is Next alone, without a gateway. */
  mount: "server" | "built" | "next";
  /** Another module than the built one. */
  built?: string;
  dataDirectory?: string;
  /** PostgreSQL for it; else the embedded database. */
  databaseUrl?: string;
  environment?: Record<string, string>;
}

/** Starts a process on free ports and waits until `/healthz` answers. Pages need `next build` before. */
export async function startServer(start: Start): Promise<TestServer> {
  const dataDirectory = start.dataDirectory ?? mkdtempSync(path.join(os.tmpdir(), "latchkey-server-"));
  const port = start.environment?.PORT ?? (await freePort());
  const gatewayPort = start.environment?.GATEWAY_PORT ?? (await freePort());
  const grpcPort = start.environment?.GRPC_PORT ?? (await freePort());
  const portal = `http://127.0.0.1:${port}`;
  const environment = testEnvironment({
    NODE_ENV: "production",
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    GRPC_PORT: String(grpcPort),
    PORTAL_URL: portal,
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    DATA_DIR: dataDirectory,
    ...(start.databaseUrl === undefined ? {} : { DATABASE_URL: start.databaseUrl }),
    ...start.environment,
  });
  const child = spawn(process.execPath, command(start, port), {
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const output = () => printed.join("");
  await answering(`${portal}/healthz`, { child, output });
  return {
    process: child,
    portal,
    gateway: `http://127.0.0.1:${gatewayPort}`,
    grpc: `127.0.0.1:${grpcPort}`,
    dataDirectory,
    databaseUrl: start.databaseUrl ?? embeddedUrl(dataDirectory),
    output,
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

/** Removes what a stopped server left. */
export function removeData(server: TestServer): void {
  rmSync(server.dataDirectory, { recursive: true, force: true });
}

function command({ mount, built = builtServer }: Start, port: number | string): string[] {
  if (mount === "server") return ["--import", "tsx", "server.ts"];
  if (mount === "built") return [built];
  return ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)];
}

async function answering(
  url: string,
  { child, output }: { child: ChildProcess; output(): string },
): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null)
      throw new Error(`The server under test ended with ${child.exitCode}:\n${output()}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`The server under test did not answer within 60 s:\n${output()}`);
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}
