import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/servers/severable-database";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

let database: SeverableDatabase;
let server: TestServer;
let call: { admin: string; url: string };

beforeAll(async () => {
  database = await severableDatabase(inject("databaseUrl"));
  server = await startServer({
    mount: "server",
    databaseUrl: database.url,
    environment: { LISTEN: "api,gateway", LOG_LEVEL: "silent" },
  });
  const { system, slug } = await createTestWorkspace();
  const upstream = "http://echo.latchkey.internal";
  await createService(system, CreateService.parse({ slug: "echo", upstream, defaultVerdict: "allow" }));
  const { secret } = await createKey(system, CreateKey.parse({ name: "admin", scopes: ["platform:*"] }));
  call = { admin: secret, url: `${server.gateway}/${slug}/echo/hello` };
});

afterAll(async () => {
  await server.stop();
  removeData(server);
  await database.close();
});

const ask = (url: string) => fetch(url, { headers: { authorization: `Bearer ${call.admin}` } });
const api = (path: string) => ask(`${server.portal}/api/v1${path}`);

test("while the database is away a warm key is served and recorded, the rest says so, and all of it recovers without hands", async () => {
  expect((await ask(call.url)).status).toBe(200);
  database.sever();

  const during = await ask(call.url);
  expect(during.status).toBe(200);
  const decision = during.headers.get("x-latchkey-decision") ?? "";
  const list = await api("/keys");
  expect(list.status).toBe(503);
  expect(await list.json()).toMatchObject({ type: "/docs/problems/unavailable", status: 503 });
  expect(list.headers.get("retry-after")).toMatch(/^\d+$/);
  expect((await fetch(`${server.portal}/readyz`)).status).toBe(503);
  expect((await fetch(`${server.portal}/healthz`)).status).toBe(200);

  database.restore();
  await vi.waitUntil(async () => (await fetch(`${server.portal}/readyz`)).status === 200, {
    timeout: 20_000,
  });
  await vi.waitUntil(async () => (await api(`/decisions/${decision}`)).status === 200, { timeout: 20_000 });
  expect((await api("/keys")).status).toBe(200);
}, 60_000);
