import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { z } from "zod";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { startReturningReader } from "@/lib/testing/calls/event-reader";
import { issueKey } from "@/lib/testing/issue-key";
import { allStored, listedEvents } from "@/lib/testing/recorded/stored";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Several processes need a database that all can open, so this runs on PostgreSQL and Redis only. */
const redis = process.env.TEST_REDIS_URL ?? "";
const nodeCount = 3;
const rounds = 40;

let nodes: TestServer[];

beforeAll(async () => {
  const environment = { LISTEN: "api,gateway", REDIS_URL: redis };
  const start = () => startServer({ mount: "server", databaseUrl: inject("databaseUrl"), environment });
  // The first brings the database up to date.
  nodes = [await start()];
  nodes.push(...(await Promise.all(Array.from({ length: nodeCount - 1 }, start))));
});

afterAll(async () => {
  for (const node of nodes) {
    await node.stop();
    removeData(node);
  }
});

/** Someone who writes on one node: calls, lines of the log, values of the datastore, and changes of keys, each kind in its own row. */
async function write(node: TestServer, { secret, slug }: { secret: string; slug: string }): Promise<void> {
  const authorization = `Bearer ${secret}`;
  const ask = async (method: string, path: string, body: unknown) => {
    const headers = { authorization, "content-type": "application/json" };
    const init = { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(`${node.portal}/api/v1${path}`, init);
    expect(answer.ok).toBe(true);
    return answer.status === 204 ? null : answer.json();
  };
  const kinds = [
    () => ask("POST", "/keys/verify", { key: secret }),
    async () => {
      const answer = await fetch(`${node.gateway}/${slug}/echo/x`, { headers: { authorization } });
      expect(answer.status).toBe(200);
      await answer.text();
    },
    (round: number) => ask("POST", "/logs", { message: `line ${round}` }),
    (round: number) => ask("PUT", `/datastore/value-${round}`, { round }),
    async (round: number) => {
      const { key } = await ask("POST", "/keys", { name: `${node.process.pid} ${round}` });
      await ask("POST", `/keys/${key.id}/revoke`, { reason: "test" });
    },
  ];
  await Promise.all(
    kinds.map(async (kind) => {
      for (let round = 0; round < rounds; round += 1) await kind(round);
    }),
  );
}

const Page = z.object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() });

/** Ids of everything in a list. */
async function idsOf(
  node: TestServer,
  { secret, path }: { secret: string; path: string },
): Promise<string[]> {
  const ids: string[] = [];
  for (let query = ""; ;) {
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await fetch(`${node.portal}/api/v1${path}?limit=100${query}`, { headers });
    const { items, nextCursor } = Page.parse(await answer.json());
    ids.push(...items.map(({ id }) => id));
    if (nextCursor === null) return ids;
    query = `&cursor=${nextCursor}`;
  }
}

test("while three nodes write calls, lines, values and changes at once, readers of events, decisions and logs that come back at another node each time miss none and get none twice", async () => {
  const { system, slug } = await createTestWorkspace();
  const upstream = "http://echo.latchkey.internal";
  await createService(system, CreateService.parse({ slug: "echo", upstream, defaultVerdict: "allow" }));
  const { secret } = await issueKey(system, { scopes: ["platform:*"] });
  const [first] = nodes;
  if (first === undefined) throw new Error("no node");
  const originOf = (connection: number) => nodes[connection % nodes.length]?.portal ?? "";
  const wandering = startReturningReader({ secret, originOf, leavesAfter: 9 });
  const staying = startReturningReader({ secret, originOf: () => first.portal });
  const [decisions, logs] = ["/decisions/stream", "/logs/stream"].map((path) =>
    startReturningReader({ secret, path, originOf, leavesAfter: 9 }),
  );
  if (decisions === undefined || logs === undefined) throw new Error("no reader");
  const readers = [wandering, staying, decisions, logs];
  await Promise.all(readers.map(({ opened }) => opened));
  const since = new Date().toISOString();

  await Promise.all(nodes.map((node) => write(node, { secret, slug })));
  for (const node of nodes) await allStored(node);
  const wanted = (await listedEvents(first, { caller: secret })).filter(({ time }) => time > since);
  const count = (type: RegExp) => wanted.filter((event) => type.test(event.type)).length;
  const each = nodeCount * rounds;
  expect(count(/^decision\./)).toBe(2 * each);
  expect(count(/^datastore\.set$/)).toBe(each);
  expect([count(/^keys\.create$/), count(/^keys\.revoke$/)]).toEqual([each, each]);
  expect(count(/^role-check\.granted$/)).toBeGreaterThanOrEqual(4 * each);
  const calls = await idsOf(first, { secret, path: "/decisions" });
  expect(calls).toHaveLength(2 * each);
  const lines = await idsOf(first, { secret, path: "/logs" });
  expect(lines).toHaveLength(2 * each);

  const ids = wanted.map(({ id }) => id);
  for (const [reader, all] of [
    [wandering, ids],
    [staying, ids],
    [decisions, calls],
    [logs, lines],
  ] as const) {
    const missed = () => all.filter((id) => !reader.taken.has(id));
    await vi.waitFor(() => expect(missed()).toEqual([]), { timeout: 30_000, interval: 100 });
    await reader.leave();
    expect(reader.dropped()).toBe(0);
    expect([...reader.taken].filter(([, times]) => times > 1)).toEqual([]);
  }
  expect(staying.returns()).toBe(0);
  for (const { returns } of [wandering, decisions, logs]) expect(returns()).toBeGreaterThan(20);
  process.stdout.write(
    `${nodeCount} nodes wrote ${wanted.length} events, ${calls.length} of them calls, and ${lines.length} lines at once; ` +
      `readers came back ${[wandering, decisions, logs].map(({ returns }) => returns()).join(", ")} times, at another node each time\n`,
  );
}, 240_000);
