import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { installPackage } from "@/lib/testing/install-package";
import { freePort } from "@/lib/process/listeners/free-port";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let verifier: string;
const running: ChildProcess[] = [];
const folders: string[] = [];

beforeAll(async () => {
  workspace = await createTestWorkspace();
  verifier = (await issueKey(workspace.owner, { scopes: ["verify:keys"] })).secret;
});

afterAll(async () => {
  await Promise.all(running.map(end));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Its whole group: `next dev` serves in a process of its own, which would still write while the folder is removed. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.pid === undefined || child.exitCode !== null) return resolve();
    child.once("close", () => resolve());
    process.kill(-child.pid, "SIGKILL");
  });
}

function environment(key: string, port = 0): NodeJS.ProcessEnv {
  const { PATH = "", HOME = "" } = process.env;
  return {
    NODE_ENV: "development",
    NEXT_TELEMETRY_DISABLED: "1",
    PATH,
    HOME,
    LATCHKEY_URL: inject("apiOrigin"),
    LATCHKEY_KEY: key,
    PORT: String(port),
  };
}

/** Starts a program that listens on PORT, and waits until it answers at `ready`. */
async function start(args: string[], { cwd, ready }: { cwd: string; ready: string }): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [...args.map((arg) => arg.replace("PORT", String(port)))], {
    cwd,
    env: environment(verifier, port),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.push(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += chunk));
  await vi.waitFor(
    async () => {
      const answer = await fetch(origin + ready).catch(() => null);
      if (answer === null) throw new Error(`The example does not answer:\n${printed}`);
    },
    { timeout: 150_000, interval: 100 },
  );
  return origin;
}

const example = (name: string) => () =>
  start(["--import", "tsx", `lib/client/examples/${name}.ts`], { cwd: process.cwd(), ready: "/healthz" });

/** A Next app of one route, the example, with the package as it is built and installed. */
async function nextExample(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "latchkey-next-example-"));
  folders.push(folder);
  const app = path.join(folder, "app/invoices");
  mkdirSync(app, { recursive: true });
  cpSync("lib/client/examples/next-route.ts", path.join(app, "route.ts"));
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }');
  await installPackage(path.join(folder, "node_modules"));
  // In development nothing has to be built first; Turbopack does not follow links out of the app.
  const args = [
    "node_modules/next/dist/bin/next",
    "dev",
    "--webpack",
    "--hostname",
    "127.0.0.1",
    "--port",
    "PORT",
  ];
  return start(args, { cwd: folder, ready: "/healthz" });
}

interface Asked {
  method?: string;
  key?: string;
  headers?: Record<string, string>;
}

async function ask(origin: string, { method = "GET", key, headers = {} }: Asked) {
  const answer = await fetch(`${origin}/invoices`, {
    method,
    headers: { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

describe.each([
  ["Hono", example("hono-service")],
  ["Express", example("express-service")],
  ["Next", nextExample],
])("the guard for %s", (_name, startExample) => {
  let origin: string;
  beforeAll(async () => {
    origin = await startExample();
  }, 160_000);

  test("lets a good key in and says who it is; a scope expression holds if one side does", async () => {
    const reader = await issueKey(workspace.owner, { scopes: ["read:invoices"] });
    expect(await ask(origin, { key: reader.secret })).toMatchObject({
      status: 200,
      body: { for: reader.key.name },
    });
    const admin = await issueKey(workspace.owner, { scopes: ["admin:invoices"] });
    expect((await ask(origin, { method: "POST", key: admin.secret })).status).toBe(201);
  });

  test("refuses everyone else with a problem document, each for its reason", async () => {
    const nothing = await issueKey(workspace.owner);
    const limited = await issueKey(workspace.owner, {
      scopes: ["read:invoices", "write:invoices"],
      rateLimits: [{ limit: 7, windowSeconds: 3_600 }],
    });
    const ownPages = await issueKey(workspace.owner, {
      scopes: ["read:invoices"],
      allowedOrigins: ["https://app.example.com"],
    });
    const refusals: [Asked, number, string][] = [
      [{}, 401, "NO_CREDENTIAL"],
      [{ key: "nonsense" }, 401, "MALFORMED"],
      [{ key: "x".repeat(5_000) }, 401, "NOT_READABLE"],
      [{ key: nothing.secret }, 403, "INSUFFICIENT_SCOPE"],
      [{ key: nothing.secret, headers: { "x-api-key": "another" } }, 400, "TWO_CREDENTIALS"],
      [{ key: ownPages.secret, headers: { origin: "https://evil.example" } }, 403, "ORIGIN_FORBIDDEN"],
    ];
    for (const [asked, status, code] of refusals) {
      const answer = await ask(origin, asked);
      expect([answer.status, answer.body]).toMatchObject([status, { code }]);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(JSON.stringify(answer.body)).not.toContain(asked.key ?? "lk_live_");
    }
    expect((await ask(origin, { method: "POST", key: limited.secret })).status).toBe(201);
    const over = await ask(origin, { method: "POST", key: limited.secret });
    expect([over.status, over.body.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

test("the backend example makes its keys once, tells a conflict from a failure, and lists page by page", async () => {
  const { secret } = await issueKey(workspace.owner, {
    scopes: ["create:keys", "read:keys", "read:invoices"],
  });
  const run = () =>
    new Promise<string>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "lib/client/examples/issue-keys.ts"], {
        env: environment(secret),
      });
      let printed = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
      child.once("exit", () => resolve(printed));
    });
  expect(await run()).toMatch(/^in test-.*\nmade key_\w+ with \d+ .*\nmade key_/);
  const again = await run();
  expect(again).toContain("production is there already\nstaging is there already\n");
  expect(again.match(/^listed /gm)?.length).toBeGreaterThanOrEqual(3);
});
