import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort } from "@/lib/process/listeners/free-port";
import { findChromium } from "@/lib/testing/chromium";

type Say = (line: string) => void;

/** A real server that the tests talk to. */
export interface Part {
  url: string;
  stop(): Promise<void>;
}

/** A part that can be away for a while. */
export interface RestartablePart extends Part {
  /** Ends it at once, as a crash would. */
  halt(): Promise<void>;
  /** Starts it again on the same port: PostgreSQL with its data, Redis with none. */
  resume(): Promise<void>;
}

const packages: { name: string; debian: string; find: () => string | null }[] = [
  { name: "PostgreSQL", debian: "postgresql", find: () => postgresBinaries() },
  { name: "Redis", debian: "redis-server", find: () => onPath("redis-server") },
  { name: "OpenSSL", debian: "openssl", find: () => onPath("openssl") },
  { name: "Python with gRPC", debian: "python3-grpcio", find: () => pythonWith("grpc") },
  { name: "Python with protobuf", debian: "python3-protobuf", find: () => pythonWith("google.protobuf") },
  { name: "nginx", debian: "nginx", find: () => onPath("nginx") },
  { name: "Caddy", debian: "caddy", find: () => onPath("caddy") },
  { name: "Chromium", debian: "chromium", find: findChromium },
];

/** Finds the parts that the tests need; installs from Debian what is missing, as root, and says so. */
export function ensureParts(say: Say): void {
  const missing = packages.filter(({ find }) => find() === null);
  for (const { name, find } of packages) if (find() !== null) say(`${name}: ${find()}`);
  if (missing.length === 0) return;
  const names = missing.map(({ debian }) => debian);
  if (onPath("apt-get") === null || process.getuid?.() !== 0)
    throw new Error(
      `The tests need ${missing.map(({ name }) => name).join(", ")}. Install: ${names.join(" ")}`,
    );
  say(`Installing ${names.join(", ")} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-q"],
    ["install", "-y", "-q", "--no-install-recommends", ...names],
  ]) {
    const done = spawnSync("apt-get", args, { env: environment, encoding: "utf8" });
    if (done.status !== 0)
      throw new Error(`apt-get ${args.join(" ")} failed:\n${done.stdout}\n${done.stderr}`);
  }
  const still = packages.filter(({ find }) => find() === null);
  if (still.length > 0)
    throw new Error(`Still missing after installing: ${still.map(({ name }) => name).join(", ")}`);
}

/** A throw-away PostgreSQL on a free port. It refuses to run as root, so root lends it to `postgres`. */
export async function startPostgres(): Promise<RestartablePart> {
  const binaries = postgresBinaries() ?? "";
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-postgres-"));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) lendToPostgres(directory);
  const data = path.join(directory, "data");
  const port = await freePort();
  await run(asRoot, [
    path.join(binaries, "initdb"),
    "-D",
    data,
    "-A",
    "trust",
    "-U",
    "postgres",
    "-E",
    "UTF8",
  ]);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory} -c fsync=off -c max_connections=200`;
  const control = [path.join(binaries, "pg_ctl"), "-D", data];
  const start = () =>
    run(asRoot, [...control, "-o", settings, "-l", path.join(directory, "log"), "-w", "start"]);
  const halt = () => run(asRoot, [...control, "-m", "immediate", "-w", "stop"]);
  await start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    halt,
    resume: start,
    async stop() {
      if (existsSync(path.join(data, "postmaster.pid"))) await halt();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A throw-away Redis on a free port. */
export async function startRedis(): Promise<RestartablePart> {
  const port = await freePort();
  let child = await runRedis(port);
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.removeAllListeners("exit");
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  return {
    url: `redis://127.0.0.1:${port}`,
    halt: () => end("SIGKILL"),
    async resume() {
      child = await runRedis(port);
    },
    stop: () => end("SIGTERM"),
  };
}

async function runRedis(port: number): Promise<ChildProcess> {
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Ready to accept connections")) resolve();
    });
  });
  return child;
}

function lendToPostgres(directory: string): void {
  const id = (flag: string) =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim());
  chownSync(directory, id("-u"), id("-g"));
}

/** Beside whatever else this process does. The end of the program counts: PostgreSQL keeps what it inherited open. */
function run(asRoot: boolean, command: string[]): Promise<void> {
  const [program = "", ...args] = asRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command.join(" ")} failed: ${said}`)),
    );
  });
}

function postgresBinaries(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((one, other) => Number(other) - Number(one))
    : [];
  const places = [
    ...versions.map((version) => path.join(debian, version, "bin")),
    path.dirname(onPath("postgres") ?? "/-/-"),
  ];
  return (
    places.find((place) =>
      ["initdb", "pg_ctl", "postgres"].every((name) => existsSync(path.join(place, name))),
    ) ?? null
  );
}

/** Debian's own Python, if it has the module. */
function pythonWith(module: string): string | null {
  const python = "/usr/bin/python3";
  const asked = spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
  return asked.status === 0 ? `${python} with ${module}` : null;
}

/** An installed program, or null; Debian keeps servers where not everybody's PATH leads. */
export function onPath(program: string): string | null {
  const directories = (process.env.PATH ?? "").split(":").concat("/usr/sbin", "/sbin");
  return (
    directories.map((directory) => path.join(directory, program)).find((file) => existsSync(file)) ?? null
  );
}
