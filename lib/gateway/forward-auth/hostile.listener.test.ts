import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileRequests, hostileRules } from "@/lib/gateway/hostile/hostile-requests";
import { deniedReading } from "@/lib/gateway/hostile/reading";
import { freePort } from "@/lib/process/listeners/free-port";
import { type EdgeProxy, startNginxSite } from "@/lib/testing/gateway/edge-proxies";
import { edgeDialects, edgeScene, type EdgeScene } from "@/lib/testing/gateway/edge-scene";
import type { Received } from "@/lib/testing/gateway/gateway";
import { issueKey } from "@/lib/testing/issue-key";

/** Some requests are never whole, and some answers leave the connection open; then whoever sent them leaves. */
const patienceMs = 700;

/** Sends bytes as they are and leaves when the connection ends or nothing comes any more. */
function sendAndLeave(port: number, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on("error", () => undefined).on("data", () => undefined);
    socket.on("close", () => resolve());
    socket.write(Buffer.from(bytes, "latin1"));
  });
}

/** What arrived, with the name of the request during which it did. */
async function sendAll(port: number, received: Received[], key: string): Promise<[string, Received][]> {
  received.length = 0;
  const names: string[] = [];
  for (const { name, bytes } of hostileRequests) {
    await sendAndLeave(port, bytes({ base: "", host: "gateway.test", key }));
    while (names.length < received.length) names.push(name);
  }
  await setTimeout(patienceMs);
  return received.map((one, at) => [names[at] ?? "the last one", one]);
}

/** Those of what arrived that an upstream could read as something denied. */
function denied(arrived: readonly [string, Received][]): string[] {
  return arrived.flatMap(([name, { method, url, rawHeaders, body }]) => {
    const headers = rawHeaders.flatMap((header, at) =>
      at % 2 === 0 ? [[header.toLowerCase(), rawHeaders[at + 1] ?? ""] as const] : [],
    );
    const reading = deniedReading({ method, target: url, headers, body });
    return reading === null ? [] : [`${name}: ${reading}`];
  });
}

describe.each(edgeDialects)("hostile requests through %s and forward-auth", (dialect) => {
  let scene: EdgeScene;
  let proxy: EdgeProxy;
  let key: { id: string; secret: string };

  beforeAll(async () => {
    scene = await edgeScene(dialect);
    const service = await scene.addService({}, { paths: { caseSensitive: false } });
    for (const rule of hostileRules) {
      const made = await scene.ask("POST", "/rules", { ...rule, attachments: [{ service }] });
      expect(made).toMatchObject({ status: 201 });
    }
    // Caddy looks at the Host before anything else, and these requests are sent to one of their own.
    const also = (text: string) =>
      text.replace(/^http:\/\/127\.0\.0\.1:(\d+) \{/m, "http://gateway.test:$1 {\n\tbind 127.0.0.1");
    proxy = await scene.another({ service, also });
    const issued = await issueKey(scene.system);
    key = { id: issued.key.id, secret: issued.secret };
  });
  afterAll(async () => {
    await proxy.stop();
    await scene.stop();
  });

  it("reach nothing that is denied, in any way that an upstream could read them", async () => {
    const arrived = await sendAll(proxy.port, scene.received, key.secret);
    expect(hostileRequests.length).toBeGreaterThan(80);
    expect(arrived.length).toBeGreaterThan(10);
    expect(denied(arrived)).toEqual([]);
    for (const [name, { headers }] of arrived)
      expect([name, headers["x-latchkey-key-id"]]).toEqual([name, key.id]);
  }, 300_000);
});

it("without Latchkey, nginx lets many of them through to what is denied", async () => {
  const scene = await edgeScene("nginx");
  const port = await freePort();
  const site = `server { listen 127.0.0.1:${port}; location / { proxy_pass http://${scene.upstream}; } }`;
  const nginx = await startNginxSite(site, port);
  const through = denied(await sendAll(port, scene.received, "none"));
  await nginx.stop();
  await scene.stop();
  expect(through.length).toBeGreaterThan(30);
}, 300_000);
