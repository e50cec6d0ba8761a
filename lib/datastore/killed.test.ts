import { expect, inject, onTestFinished, test, vi } from "vitest";
import { connectDatabase, db, disconnectDatabase } from "@/lib/db/client";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

const start = (dataDirectory?: string) =>
  startServer({
    mount: "server",
    environment: { LISTEN: "api" },
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });

test("what was answered before kill -9 is stored, no write is there by half, and the totals are exact", async () => {
  let server = await start();
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 5);
  });
  await disconnectDatabase();
  connectDatabase(server.databaseUrl, 2);
  const { system, workspaceId } = await createTestWorkspace();
  const { secret } = await issueKey(system, { scopes: ["set:datastore"] });
  await disconnectDatabase();
  const answered = { increments: 0, keys: new Set<string>() };
  const driving = Promise.all(
    Array.from({ length: 8 }, (_, writer) => drive(server, { secret, writer, answered })),
  );
  await vi.waitFor(() => expect(answered.keys.size).toBeGreaterThan(40), { timeout: 30_000 });
  await server.stop("SIGKILL");
  await driving;
  server = await start(server.dataDirectory);
  connectDatabase(server.databaseUrl, 2);
  const where = { workspaceId };
  const rows = await db().datastoreEntry.findMany({ where });
  const totals = await db().datastore.findFirstOrThrow({ where });
  const stored = new Set(rows.map(({ key }) => key));
  expect([...answered.keys].filter((key) => !stored.has(key))).toEqual([]);
  const number = Number(new TextDecoder().decode(rows.find(({ key }) => key === "n")?.value));
  expect(number).toBeGreaterThanOrEqual(answered.increments);
  expect(totals).toMatchObject({
    entries: rows.length,
    bytes: BigInt(rows.reduce((sum, { size }) => sum + size, 0)),
    version: BigInt(await db().event.count({ where: { ...where, type: { startsWith: "datastore." } } })),
  });
});

/** Writes and adds by turns until the server is gone, and keeps what was answered. */
async function drive(
  server: TestServer,
  {
    secret,
    writer,
    answered,
  }: { secret: string; writer: number; answered: { increments: number; keys: Set<string> } },
): Promise<void> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const at = `${server.portal}/api/v1/datastore`;
  for (let turn = 0; ; turn += 1) {
    try {
      const key = `w${writer}-${turn}`;
      const put = await fetch(`${at}/${key}`, { method: "PUT", headers, body: `${turn}` });
      if (put.status === 201) answered.keys.add(key);
      const add = await fetch(`${at}/n/increment`, { method: "POST", headers, body: "{}" });
      if (add.status === 200) answered.increments += 1;
    } catch {
      return;
    }
  }
}
