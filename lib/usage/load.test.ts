import { expect, inject, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { steadyCalls } from "@/lib/testing/calls/steady-calls";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { rebuildUsage } from "@/lib/usage/rebuild/rebuild";

const seconds = 8;
const perSecond = 200;
const hourMs = 3_600_000;

const Ready = z.object({ recording: z.object({ pending: z.number(), dropped: z.number() }) });
const Usage = z.object({
  groups: z.array(
    z.object({
      id: z.string().nullable(),
      totals: z.object({ requests: z.number(), ok: z.number(), denied: z.number() }),
    }),
  ),
});
const Hours = z.object({ series: z.array(z.object({ ok: z.number(), denied: z.number() })) });

test("usage is what the caller counted, by key and in all, over an hour's end, and made again it is the same", async () => {
  const server = await startServer({
    mount: "server",
    environment: {
      LISTEN: "api,gateway",
      NODE_OPTIONS: "--import ./lib/testing/run/shift-clock.mjs",
      CLOCK_BEFORE_HOUR_MS: String((seconds / 2) * 1_000),
    },
  });
  await disconnectDatabase();
  connectDatabase(server.databaseUrl, 2);
  useBus(memoryBus());
  onTestFinished(async () => {
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 5);
    await server.stop();
    removeData(server);
  });
  const workspace = await createTestWorkspace();
  const service = { slug: "echo", upstream: "http://echo.latchkey.internal", defaultVerdict: "allow" };
  await createService(workspace.owner, CreateService.parse(service));
  const admin = await issueKey(workspace.owner, { scopes: ["platform:*"] });
  const keys = await Promise.all(Array.from({ length: 5 }, () => issueKey(workspace.owner)));
  const denying = { name: "no-b", effect: "deny", when: { route: "/b/**" }, attachments: [{}] };
  await ask(server, admin.secret, { path: "/rules", body: denying });
  server.process.kill("SIGUSR2");
  const clockMs = Math.floor(Date.now() / hourMs) * hourMs;
  const expected = new Map(keys.map(({ key }) => [key.id, { requests: 0, ok: 0, denied: 0 }]));
  let made = 0;
  const calls = await steadyCalls({
    origin: server.gateway,
    perSecond,
    seconds,
    next: () => {
      const { key, secret } = keys[(made += 1) % keys.length] ?? admin;
      const denied = made % 7 === 0;
      const counted = expected.get(key.id);
      if (counted !== undefined) {
        counted.requests += 1;
        counted[denied ? "denied" : "ok"] += 1;
      }
      const path = `/${workspace.slug}/echo/${denied ? "b" : "a"}/1`;
      return { name: key.id, method: "GET", path, headers: { authorization: `Bearer ${secret}` } };
    },
    isGood: (status) => status === 200 || status === 403,
  });
  expect(calls).toMatchObject({ failed: 0, made: perSecond * seconds });
  await vi.waitFor(
    async () =>
      expect(Ready.parse(await (await fetch(`${server.portal}/readyz`)).json()).recording).toEqual(
        expect.objectContaining({ pending: 0, dropped: 0 }),
      ),
    { timeout: 20_000 },
  );
  const counted = async () => {
    const byKey = Usage.parse(await ask(server, admin.secret, { path: "/usage?groupBy=key&range=24h" }));
    return new Map(byKey.groups.map(({ id, totals }) => [id, totals]));
  };
  const hours = async () => {
    const path = `/usage?interval=hour&from=${iso(clockMs - hourMs)}&to=${iso(clockMs + 2 * hourMs)}`;
    const { series } = Hours.parse(await ask(server, admin.secret, { path }));
    return series.map(({ ok, denied }) => ok + denied).filter((calls) => calls > 0);
  };
  const first = await hours();
  expect(await counted()).toEqual(expected);
  expect(first).toHaveLength(2);
  expect(first.reduce((sum, requests) => sum + requests, 0)).toBe(calls.made);
  for (const source of ["decisions", "minutes"] as const) {
    await rebuildUsage(workspace.workspaceId, { fromMs: clockMs - hourMs, toMs: clockMs + hourMs, source });
    expect(await counted()).toEqual(expected);
    expect(await hours()).toEqual(first);
  }
}, 120_000);

const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());

async function ask(
  server: TestServer,
  key: string,
  { path, body }: { path: string; body?: unknown },
): Promise<unknown> {
  const answer = await fetch(`${server.portal}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
