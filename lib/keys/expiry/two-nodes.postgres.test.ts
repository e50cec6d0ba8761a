import { afterAll, expect, inject, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

const nodes: TestServer[] = [];

afterAll(async () => {
  for (const node of nodes) {
    await node.stop();
    removeData(node);
  }
});

async function start(): Promise<TestServer> {
  const node = await startServer({
    mount: "server",
    databaseUrl: inject("databaseUrl"),
    environment: {
      LISTEN: "api",
      ...(process.env.TEST_REDIS_URL === undefined ? {} : { REDIS_URL: process.env.TEST_REDIS_URL }),
    },
  });
  nodes.push(node);
  return node;
}

test(
  "two nodes that start together, one of which is killed and started again, tell of each key once",
  { timeout: 120_000 },
  async () => {
    const { workspaceId } = await createTestWorkspace();
    const expiresAt = new Date(Date.now() + 3 * 86_400_000);
    const ids = Array.from({ length: 1_000 }, () => newId("key"));
    await db().key.createMany({
      data: ids.map((id) => ({
        workspaceId,
        id,
        name: id,
        environment: "live",
        createdBy: "system",
        expiresAt,
      })),
    });
    const told = () =>
      db().event.findMany({ where: { workspaceId, type: "key.expiring" }, select: { subject: true } });
    const [dying] = await Promise.all([start(), start()]);
    await vi.waitFor(async () => expect((await told()).length).toBeGreaterThan(0), {
      timeout: 20_000,
      interval: 5,
    });
    await dying?.stop("SIGKILL");
    await start();
    await vi.waitFor(async () => expect((await told()).length).toBeGreaterThanOrEqual(ids.length), {
      timeout: 60_000,
      interval: 100,
    });
    expect((await told()).map(({ subject }) => subject).toSorted()).toEqual(ids.toSorted());
  },
);
