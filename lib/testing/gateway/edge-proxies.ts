import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort } from "@/lib/process/listeners/free-port";
import { onPath } from "@/lib/testing/servers/parts";

/** A proxy in front of a service. */
export interface EdgeProxy {
  port: number;
  origin: string;
  stop(): Promise<void>;
}

/** Whom the proxy stands between: `host:port` of Latchkey and of the upstream. */
export interface EdgePlan {
  latchkey: string;
  upstream: string;
  workspace: string;
  service: string;
  /** Changes a configuration further. */
  also?: (configuration: string) => string;
}

const examples = "docs/guides/forward-auth";

/** nginx with the guide's own site, its addresses and names put in. */
export async function startNginx(plan: EdgePlan): Promise<EdgeProxy> {
  const port = await freePort();
  return startNginxSite(placed("nginx.conf", port, plan), port);
}

/** nginx with any site that listens on `port`. Everything that it writes stays in a directory that goes with it. */
export async function startNginxSite(site: string, port: number): Promise<EdgeProxy> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-nginx-"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(path.join(directory, "site.conf"), site);
  writeFileSync(
    path.join(directory, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;
pid ${directory}/pid;
error_log stderr warn;
worker_processes auto;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`).join("\n")}
  include ${directory}/site.conf;
}
`,
  );
  const child = spawn(
    onPath("nginx") ?? "nginx",
    ["-p", directory, "-e", "stderr", "-c", path.join(directory, "nginx.conf")],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  return running(child, { port, directory });
}

/** Caddy with the guide's own Caddyfile, its addresses and names put in. */
export async function startCaddy(plan: EdgePlan): Promise<EdgeProxy> {
  const port = await freePort();
  return startCaddyfile(placed("Caddyfile", port, plan), port);
}

/** Caddy with any sites that listen on `port`. Everything that it writes stays in a directory that goes with it. */
export async function startCaddyfile(sites: string, port: number): Promise<EdgeProxy> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-caddy-"));
  const file = path.join(directory, "Caddyfile");
  mkdirSync(path.join(directory, "home"));
  writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n\tlog {\n\t\tlevel WARN\n\t}\n}\n${sites}`);
  const child = spawn(onPath("caddy") ?? "caddy", ["run", "--config", file, "--adapter", "caddyfile"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, HOME: path.join(directory, "home"), NODE_ENV: "test" },
  });
  return running(child, { port, directory });
}

/** An example of the guide with the addresses and names of a plan. Throws where the example does not hold one of them. */
function placed(name: string, port: number, plan: EdgePlan): string {
  const { latchkey, upstream, workspace, service, also = (text: string) => text } = plan;
  let text = readFileSync(path.join(examples, name), "utf8");
  for (const [given, ours] of [
    ["127.0.0.1:8000", `127.0.0.1:${port}`],
    ["127.0.0.1:3000", latchkey],
    ["127.0.0.1:8080", upstream],
    ["workspace=acme", `workspace=${workspace}`],
    ["service=invoices", `service=${service}`],
  ] as const) {
    if (!text.includes(given)) throw new Error(`${name} does not hold ${given}`);
    text = text.replaceAll(given, ours);
  }
  return also(text);
}

async function running(
  child: ChildProcess,
  { port, directory }: { port: number; directory: string },
): Promise<EdgeProxy> {
  const printed: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const until = Date.now() + 20_000;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`The proxy does not listen:\n${printed.join("")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once("exit", () => {
        rmSync(directory, { recursive: true, force: true });
        resolve();
      });
      child.kill("SIGTERM");
    });
  return { port, origin: `http://127.0.0.1:${port}`, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
