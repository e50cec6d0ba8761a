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
let call: { admin: string; url: string; account: string };

beforeAll(async () => {
  database = await severableDatabase(inject("databaseUrl"));
  server = await startServer({
    mount: "server",
    databaseUrl: database.url,
    environment: { LISTEN: "api,gateway", HOOKIO_COMPAT: "on", LOG_LEVEL: "silent" },
  });
  const { system, slug } = await createTestWorkspace();
  const upstream = "http://echo.latchkey.internal";
  await createService(system, CreateService.parse({ slug: "echo", upstream, defaultVerdict: "allow" }));
  const { secret } = await createKey(system, CreateKey.parse({ name: "admin", scopes: ["platform:*"] }));
  call = { admin: secret, url: `${server.gateway}/${slug}/echo/hello`, account: `${server.gateway}/${slug}` };
});

afterAll(async () => {
  await server.stop();
  removeData(server);
  await database.close();
});

const ask = (url: string) => fetch(url, { headers: { authorization: `Bearer ${call.admin}` } });
const api = (path: string) => ask(`${server.portal}/api/v1${path}`);

/** What `/metrics` says of one thing; NaN when it does not name it. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.portal}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
}

const streams = () => [
  ...["events", "decisions", "logs"].map((records) => `${server.portal}/api/v1/${records}/stream`),
  `${call.account}/events?s=true`,
  `${call.account}/echo/logs?s=true`,
];

/** What a stream answers, without waiting for its end. */
async function headOf(url: string) {
  const answer = await ask(url);
  const { status, headers } = answer;
  if (status === 200) await answer.body?.cancel();
  return {
    status,
    retryAfter: headers.get("retry-after"),
    body: status === 200 ? null : await answer.json(),
  };
}

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
  await vi.waitFor(async () => {
    expect(await metric("latchkey_records_failing")).toBe(1);
    expect(await metric("latchkey_records_waiting")).toBeGreaterThan(0);
    expect(await metric("latchkey_records_waiting_seconds")).toBeGreaterThan(0);
  }, 10_000);
  expect(await metric("latchkey_database_up")).toBe(0);

  database.restore();
  await vi.waitUntil(async () => (await fetch(`${server.portal}/readyz`)).status === 200, {
    timeout: 20_000,
  });
  await vi.waitUntil(async () => (await api(`/decisions/${decision}`)).status === 200, { timeout: 20_000 });
  expect((await api("/keys")).status).toBe(200);
  await vi.waitFor(async () => expect(await metric("latchkey_records_waiting")).toBe(0), 10_000);
  expect(await metric("latchkey_records_lost_total")).toBe(0);
}, 60_000);

test("while the database is away a live stream answers that it cannot begin, and does not break off", async () => {
  for (const stream of streams())
    expect({ stream, ...(await headOf(stream)) }).toMatchObject({ status: 200 });
  database.sever();
  for (const stream of streams())
    expect({ stream, ...(await headOf(stream)) }).toEqual({
      stream,
      status: 503,
      retryAfter: expect.stringMatching(/^\d+$/),
      body: expect.objectContaining({ type: expect.stringMatching(/unavailable$/) }),
    });
  database.restore();
  for (const stream of streams())
    await vi.waitUntil(async () => (await headOf(stream)).status === 200, { timeout: 20_000 });
}, 60_000);
