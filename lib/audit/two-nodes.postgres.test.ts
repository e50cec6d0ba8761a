import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { verifyChain } from "@/lib/audit/verify";
import { db } from "@/lib/db/client";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let nodes: [TestServer, TestServer];
let workspace: TestWorkspace;
let admin: string;

beforeAll(async () => {
  const environment = { LISTEN: "api", REDIS_URL: process.env.TEST_REDIS_URL ?? "" };
  const start = () => startServer({ mount: "server", databaseUrl: inject("databaseUrl"), environment });
  nodes = [await start(), await start()];
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.system, { scopes: ["platform:*"] })).secret;
});

afterAll(async () => {
  for (const node of nodes) {
    await node.stop();
    removeData(node);
  }
});

/** The created key's id; null for an answer that never came. */
async function createOn(node: TestServer, name: string): Promise<string | null> {
  const answer = await fetch(`${node.portal}/api/v1/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
    body: JSON.stringify({ name }),
  })
    .then((response) => (response.status === 201 ? response.json() : null))
    .catch(() => null);
  return answer?.key.id ?? null;
}

test("two nodes write and sign one chain; one killed in the middle leaves no hole and loses nothing acknowledged", async () => {
  const [first, second] = nodes;
  const load = (node: TestServer, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => createOn(node, `k${index}-${node.portal.slice(-5)}`)),
    );
  const doomed = load(second, 60);
  const staying = load(first, 60);
  await vi.waitUntil(
    async () => (await db().auditEntry.count({ where: { workspaceId: workspace.workspaceId } })) > 20,
    { timeout: 30_000 },
  );
  await second.stop("SIGKILL");
  const acknowledged = [...(await doomed), ...(await staying)].filter((id) => id !== null);
  expect(acknowledged.length).toBeGreaterThanOrEqual(60);
  const { workspaceId } = workspace;
  const entries = await db().auditEntry.findMany({
    where: { workspaceId },
    select: { position: true, subject: true, action: true },
    orderBy: { position: "asc" },
  });
  expect(entries.map(({ position }) => Number(position))).toEqual(entries.map((_, index) => index + 1));
  const created = entries.filter(({ action }) => action === "keys.create").map(({ subject }) => subject);
  expect(acknowledged.filter((id) => !created.includes(id))).toEqual([]);
  expect(new Set(created).size).toBe(created.length);
  await vi.waitUntil(
    async () =>
      (await db().auditHead.findFirst({ where: { workspaceId, position: BigInt(entries.length) } })) !== null,
    { timeout: 20_000 },
  );
  expect(await verifyChain(workspaceId, null)).toMatchObject({
    ok: true,
    entries: entries.length,
    problems: [],
  });
});
