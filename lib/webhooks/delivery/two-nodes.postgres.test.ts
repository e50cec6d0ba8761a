import { expect, onTestFinished, test, vi } from "vitest";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { startWebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace } from "@/lib/testing/workspace";

const databaseUrl = useOwnDatabase();

test("two nodes on one database deliver what either took, each message once", async () => {
  const start = () =>
    startServer({
      mount: "server",
      databaseUrl: databaseUrl(),
      environment: { LISTEN: "api", REDIS_URL: process.env.TEST_REDIS_URL ?? "" },
    });
  const nodes = [await start(), await start()];
  const receivers = [await startWebhookReceiver(), await startWebhookReceiver()];
  onTestFinished(async () => {
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
    for (const receiver of receivers) await receiver.close();
  });
  const { owner } = await createTestWorkspace();
  const { secret } = await createKey(owner, CreateKey.parse({ name: "admin", scopes: ["platform:*"] }));
  const ask = (turn: number, path: string, body: object) =>
    fetch(`${nodes[turn % 2]?.portal}/api/v1/webhooks${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const { url } of receivers) expect((await ask(0, "/endpoints", { url })).status).toBe(201);
  const sending = Array.from({ length: 200 }, (_, turn) =>
    ask(turn, "/messages", { eventType: "a", payload: { turn }, id: `turn-${turn}` }),
  );
  expect((await Promise.all(sending)).filter(({ status }) => status !== 202)).toEqual([]);
  await vi.waitFor(() => expect(receivers.map(({ taken }) => taken.size)).toEqual([200, 200]), 30_000);
  expect(receivers.map(({ requests }) => requests.length)).toEqual([200, 200]);
}, 120_000);
