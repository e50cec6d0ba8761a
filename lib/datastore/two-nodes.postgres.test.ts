import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { db } from "@/lib/db/client";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Two nodes need a database that both can open, so this runs on PostgreSQL and Redis only. */
const redis = process.env.TEST_REDIS_URL ?? "";

describe("one store on two nodes of one PostgreSQL and one Redis", () => {
  let nodes: [TestServer, TestServer];
  let workspace: TestWorkspace;
  let secret: string;

  beforeAll(async () => {
    const start = () =>
      startServer({
        mount: "server",
        databaseUrl: inject("databaseUrl"),
        environment: { LISTEN: "api", REDIS_URL: redis, DATASTORE_ENTRIES: "20" },
      });
    nodes = [await start(), await start()];
    workspace = await createTestWorkspace();
    secret = (await issueKey(workspace.system, { scopes: ["platform:*"] })).secret;
  });

  afterAll(async () => {
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
  });

  /** The same call fifty times at once, every other one at the other node. */
  function fifty(call: (index: number) => { method: string; path: string; body: string; ifMatch?: string }) {
    return Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const { method, path, body, ifMatch } = call(index);
        const node = nodes[index % 2 === 0 ? 0 : 1];
        const answer = await fetch(`${node.portal}/api/v1/datastore/${path}`, {
          method,
          headers: {
            authorization: `Bearer ${secret}`,
            "content-type": "application/json",
            ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
          },
          body,
        });
        return { status: answer.status, body: await answer.json() };
      }),
    );
  }

  const counted = (answers: { status: number }[], status: number) =>
    answers.filter((answer) => answer.status === status).length;

  test("fifty increments at both come to exactly fifty", async () => {
    const answers = await fifty(() => ({ method: "POST", path: "n/increment", body: "{}" }));
    expect(new Set(answers.map(({ body }) => body.value))).toEqual(
      new Set(Array.from({ length: 50 }, (_, index) => index + 1)),
    );
  });

  test("of fifty that replace the same reading at both one succeeds", async () => {
    const [first] = await fifty(() => ({ method: "PUT", path: "shared", body: "0" }));
    const { version } = await db().datastoreEntry.findFirstOrThrow({
      where: { workspaceId: workspace.workspaceId, key: "shared" },
    });
    expect(first?.status).toBeLessThan(300);
    const answers = await fifty((index) => ({
      method: "PUT",
      path: "shared",
      body: String(index),
      ifMatch: `"${version}"`,
    }));
    expect([counted(answers, 200), counted(answers, 412)]).toEqual([1, 49]);
  });

  test("a limit of twenty values is never oversold, and the totals are those of the rows", async () => {
    const { workspaceId } = workspace;
    const before = await db().datastoreEntry.count({ where: { workspaceId } });
    const answers = await fifty((index) => ({ method: "PUT", path: `many-${index}`, body: `${index}` }));
    expect([counted(answers, 201), counted(answers, 409)]).toEqual([20 - before, 30 + before]);
    const rows = await db().datastoreEntry.aggregate({
      where: { workspaceId },
      _count: true,
      _sum: { size: true },
    });
    const totals = await db().datastore.findFirstOrThrow({ where: { workspaceId } });
    expect({ entries: totals.entries, bytes: Number(totals.bytes) }).toEqual({
      entries: rows._count,
      bytes: rows._sum.size,
    });
    const writes = { workspaceId, type: { startsWith: "datastore." } };
    expect(await db().event.count({ where: writes })).toBe(Number(totals.version));
  });
});
