import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { issueKey } from "@/lib/testing/issue-key";
import { onDatabase } from "@/lib/testing/servers/on-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { startWebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace } from "@/lib/testing/workspace";

const Made = z.object({ id: z.string() });

test("every message that was answered with 202 before kill -9 arrives after the restart, each with its own id", async () => {
  let server = await startServer({ mount: "server", environment: { LISTEN: "api" } });
  const receiver = await startWebhookReceiver();
  onTestFinished(async () => {
    await server.stop();
    await receiver.close();
    removeData(server);
  });
  const key = await onDatabase(server.databaseUrl, adminKey);
  const ask = (path: string, body: object) =>
    fetch(`${server.portal}/api/v1/webhooks${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await ask("/endpoints", { url: receiver.url })).status).toBe(201);
  const answered: string[] = [];
  let over = false;
  const send = async () => {
    while (!over) {
      const answer = await ask("/messages", { eventType: "a", payload: {} }).catch(() => null);
      const made = answer?.status === 202 ? await answer.json().catch(() => null) : null;
      if (made !== null) answered.push(Made.parse(made).id);
    }
  };
  // Some attempts are under way when it dies: those hang.
  const sending = [send(), send(), send()];
  await vi.waitFor(() => expect(receiver.taken.size).toBeGreaterThan(20), 30_000);
  receiver.mood = "hangs";
  const before = answered.length;
  await vi.waitFor(() => expect(answered.length).toBeGreaterThan(before + 20), 30_000);
  await server.stop("SIGKILL");
  over = true;
  await Promise.all(sending);
  receiver.mood = "takes";
  server = await startServer({
    mount: "server",
    dataDirectory: server.dataDirectory,
    environment: { LISTEN: "api" },
  });
  // What was claimed is due again within half a minute.
  await vi.waitFor(() => expect(answered.filter((id) => !receiver.taken.has(id))).toEqual([]), {
    timeout: 90_000,
    interval: 500,
  });
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const { rows } = await client.query("select distinct status from webhook_delivery");
  await client.end();
  expect(rows).toEqual([{ status: "succeeded" }]);
}, 240_000);

async function adminKey(): Promise<string> {
  const { owner } = await createTestWorkspace();
  return (await issueKey(owner, { scopes: ["platform:*"] })).secret;
}
