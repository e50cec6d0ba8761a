import { createServer } from "node:http";
import pg from "pg";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { EventPage, type CloudEvent } from "@/lib/events/schema";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A longer run is asked for by hand. */
const rounds = Number(process.env.KILL_ROUNDS ?? 2);

const Ready = z.object({
  recording: z.object({ pending: z.number(), inherited: z.number().nullable(), dropped: z.number() }),
});

interface Load {
  workspaceId: string;
  caller: string;
  subject: string;
  gateway: string;
}

test("what was answered before kill -9 is in decisions, usage and events, exactly once, streamed answers and role checks too", async () => {
  const upstream = await startUpstream();
  let server = await startServer({ mount: "server", environment: { LISTEN: "api,gateway" } });
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
  });
  const load = await prepare(server, upstream);
  const answered = new Set<string>();
  const verified = new Set<string>();
  let gone = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = answered.size;
    const driving = drive(server, load, { answered, verified });
    await vi.waitFor(() => expect(answered.size).toBeGreaterThan(before + 60), { timeout: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
    await server.stop("SIGKILL");
    gone += await driving;
    server = await startServer({
      mount: "server",
      dataDirectory: server.dataDirectory,
      environment: { LISTEN: "api,gateway" },
    });
  }
  await vi.waitFor(
    async () => {
      const { recording } = Ready.parse(await (await fetch(`${server.portal}/readyz`)).json());
      expect(recording).toMatchObject({ pending: 0, inherited: 0, dropped: 0 });
    },
    { timeout: 60_000, interval: 100 },
  );
  const found = await stored(server, load.workspaceId);
  expect(answered.size).toBeGreaterThan(rounds * 60);
  expect(gone).toBeGreaterThan(0);
  const missing = [...answered].filter((id) => !found.ids.has(id));
  expect(missing).toEqual([]);
  expect(found.rows).toBe(found.ids.size);
  expect(found.open).toBe(0);
  expect(found.calls).toBe(found.rows);
  const events = await listed(server, load);
  expect(events.decisions).toHaveLength(new Set(events.decisions).size);
  expect(new Set(events.decisions)).toEqual(found.ids);
  const checks = new Set(events.checks);
  expect(events.checks).toHaveLength(checks.size);
  expect([...verified].filter((id) => !checks.has(`${id}-role`))).toEqual([]);
  process.stdout.write(
    `${rounds} rounds: ${answered.size} answers read, ${gone} cut off; ${found.rows} decisions, ${found.calls} in usage, ` +
      `${events.decisions.length} events of calls, ${events.checks.length} of role checks (${verified.size} verifications answered)\n`,
  );
}, 600_000);

/** Streams three pieces over some time, or answers at once. */
async function startUpstream(): Promise<string> {
  const upstream = createServer((request, response) => {
    if (request.url?.startsWith("/stream") !== true) return void response.end("ok");
    response.write("one\n");
    const timers = [40, 80].map((ms) => setTimeout(() => response.write("more\n"), ms));
    timers.push(setTimeout(() => response.end("end\n"), 120 + Math.random() * 200));
    response.once("close", () => timers.forEach(clearTimeout));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    upstream.close();
    upstream.closeAllConnections();
  });
  const address = upstream.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

async function prepare(server: TestServer, upstream: string): Promise<Load> {
  await disconnectDatabase();
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system, slug, workspaceId } = await createTestWorkspace();
  const caller = await createKey(
    system,
    CreateKey.parse({
      name: "caller",
      scopes: ["verify:keys", "create:services", "read:events", "read:decisions"],
    }),
  );
  const subject = await createKey(system, CreateKey.parse({ name: "subject", scopes: ["read:invoices"] }));
  const made = await fetch(`${server.portal}/api/v1/services`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${caller.secret}` },
    body: JSON.stringify({ slug: "up", upstream, defaultVerdict: "allow" }),
  });
  expect(made.status).toBe(201);
  await disconnectDatabase();
  connectDatabase(inject("databaseUrl"), 5);
  return { workspaceId, caller: caller.secret, subject: subject.secret, gateway: `/${slug}/up` };
}

/** Calls until the server is gone; answers how many calls were cut off. Ids of calls whose whole answer came are kept. */
async function drive(
  server: TestServer,
  load: Load,
  { answered, verified }: { answered: Set<string>; verified: Set<string> },
): Promise<number> {
  let cut = 0;
  const callers = Array.from({ length: 12 }, async (_, index) => {
    for (;;) {
      try {
        const asks = index % 3 === 0;
        const id = await (asks ? verify(server, load) : call(server, load, index));
        answered.add(id);
        if (asks) verified.add(id);
      } catch {
        cut += 1;
        return;
      }
    }
  });
  await Promise.all(callers);
  return cut;
}

const Verified = z.object({ decision: z.string() });

async function verify(server: TestServer, { caller, subject }: Load): Promise<string> {
  const answer = await fetch(`${server.portal}/api/v1/keys/verify`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${caller}` },
    body: JSON.stringify({ key: subject }),
  });
  return Verified.parse(await answer.json()).decision;
}

async function call(server: TestServer, { subject, gateway }: Load, index: number): Promise<string> {
  const path = index % 2 === 0 ? "/stream" : "/plain";
  const answer = await fetch(`${server.gateway}${gateway}${path}`, {
    headers: { authorization: `Bearer ${subject}` },
  });
  const text = await answer.text();
  if (answer.status !== 200 || !/^(ok|[\s\S]*end\n)$/.test(text)) throw new Error(`${answer.status} ${text}`);
  return answer.headers.get("x-latchkey-decision") ?? "none";
}

/** Every event of calls and of role checks at verify, by id, as the API lists them. */
async function listed(server: TestServer, { caller }: Load) {
  const read = async (type: string) => {
    const events: CloudEvent[] = [];
    for (let query = ""; ;) {
      const answer = await fetch(`${server.portal}/api/v1/events?limit=100&type=${type}${query}`, {
        headers: { authorization: `Bearer ${caller}` },
      });
      const { items, nextCursor } = EventPage.parse(await answer.json());
      events.push(...items);
      if (nextCursor === null) return events;
      query = `&cursor=${nextCursor}`;
    }
  };
  const checks = await read("role-check.*");
  return {
    decisions: (await read("decision.*")).map(({ id }) => id),
    checks: checks.filter(({ data }) => data.endpoint === "POST /api/v1/keys/verify").map(({ id }) => id),
  };
}

async function stored(server: TestServer, workspaceId: string) {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; completed: boolean }>(
    "select id, completed from decision where workspace_id = $1",
    [workspaceId],
  );
  const usage = await client.query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::float8 as calls from usage_per_minute where workspace_id = $1",
    [workspaceId],
  );
  await client.end();
  return {
    rows: rows.length,
    ids: new Set(rows.map(({ id }) => id)),
    open: rows.filter(({ completed }) => !completed).length,
    calls: usage.rows[0]?.calls ?? 0,
  };
}
