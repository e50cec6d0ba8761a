import { createServer } from "node:http";
import { expect, inject } from "vitest";
import type { SystemActor } from "@/lib/api/actor";
import { randomBase62 } from "@/lib/db/id";
import type { ForwardAuth } from "@/lib/services/schema";
import { type EdgePlan, type EdgeProxy, startCaddy, startNginx } from "@/lib/testing/gateway/edge-proxies";
import type { Received } from "@/lib/testing/gateway/gateway";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** The proxies that tests run for real. */
export const edgeDialects = ["nginx", "caddy"] as const;
export type EdgeDialect = (typeof edgeDialects)[number];

/** A service behind a real proxy that asks the Latchkey under test, and what arrived at it. */
export interface EdgeScene {
  system: SystemActor;
  /** Of the workspace. */
  slug: string;
  proxy: EdgeProxy;
  /** `host:port` of the service, and what arrived there. */
  upstream: string;
  received: Received[];
  /** A key that holds everything, at the API under test. */
  ask: ReturnType<typeof apiClient>;
  /** One more service like the first, with other forward-auth settings; answers its slug. */
  addService(settings: Partial<ForwardAuth>, more?: object): Promise<string>;
  /** One more proxy, to be stopped by whoever starts it. */
  another(changes: Partial<EdgePlan>): Promise<EdgeProxy>;
  stop(): Promise<void>;
}

const starts = { nginx: startNginx, caddy: startCaddy };

/** A private service `invoices` that allows every key, and the guide's proxy in front of it. */
export async function edgeScene(dialect: EdgeDialect): Promise<EdgeScene> {
  const { system, slug } = await createTestWorkspace();
  const { secret } = await issueKey(system, { scopes: ["platform:*", "*:*"] });
  const ask = apiClient(secret);
  const upstream = await startUpstream();
  const plan: EdgePlan = {
    latchkey: new URL(inject("apiOrigin")).host,
    upstream: upstream.address,
    workspace: slug,
    service: "invoices",
  };
  const addService: EdgeScene["addService"] = async (settings, more = {}) => {
    const forwardAuth = { enabled: true, dialect, callers: ["127.0.0.1/32"], ...settings };
    const service = { slug: `s${randomBase62(8).toLowerCase()}`, upstream: "http://127.0.0.1:9", ...more };
    const made = await ask("POST", "/services", { ...service, defaultVerdict: "allow", forwardAuth });
    expect(made).toMatchObject({ status: 201 });
    return service.slug;
  };
  await addService({}, { slug: "invoices" });
  const proxy = await starts[dialect](plan);
  return {
    system,
    slug,
    proxy,
    ask,
    addService,
    upstream: upstream.address,
    received: upstream.received,
    another: (changes) => starts[dialect]({ ...plan, ...changes }),
    async stop() {
      await proxy.stop();
      await upstream.stop();
    },
  };
}

/** An upstream that remembers what it received; `/forbidden` it refuses itself. */
async function startUpstream() {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const { method = "", url = "", rawHeaders, headers } = request;
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ method, url, rawHeaders, headers, body: Buffer.concat(chunks) });
      response.writeHead(url.startsWith("/forbidden") ? 403 : 200).end("from the upstream");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address: `127.0.0.1:${port}`, received, stop };
}
