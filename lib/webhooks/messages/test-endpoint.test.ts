import { beforeEach, expect, test, vi } from "vitest";
import { receiving, type WebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { readEndpoint } from "@/lib/webhooks/endpoints/read";
import { testEndpoint } from "@/lib/webhooks/messages/test-endpoint";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

let receiver: WebhookReceiver;
let workspace: TestWorkspace;
beforeEach(async () => {
  receiver = await receiving();
  workspace = await createTestWorkspace();
});

async function endpoint(): Promise<string> {
  const made = await createEndpoint(workspace.owner, CreateWebhookEndpoint.parse({ url: receiver.url }));
  return made.endpoint.id;
}

test("one test of an endpoint is under way at a time", async () => {
  receiver.mood = "hangs";
  const id = await endpoint();
  const first = testEndpoint(workspace.owner, id);
  await vi.waitUntil(() => receiver.requests.length === 1, 10_000);
  await expect(testEndpoint(workspace.owner, id)).rejects.toThrow("A test of this endpoint is under way.");
  await receiver.close();
  expect((await first).succeeded).toBe(false);
  await receiver.restart();
  receiver.mood = "takes";
  expect((await testEndpoint(workspace.owner, id)).succeeded).toBe(true);
});

test("a holder has ten tests a minute over all its endpoints, many asked for at once too", async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, endpoint));
  const asked = await Promise.allSettled(ids.map((id) => testEndpoint(workspace.owner, id)));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  const refused = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toEqual([0, 1].map(() => expect.objectContaining({ kind: "rate-limited" })));
  expect(receiver.requests).toHaveLength(10);
});

test("a test says nothing of how an endpoint fares", async () => {
  receiver.mood = "answers";
  const id = await endpoint();
  expect((await testEndpoint(workspace.owner, id)).response?.status).toBe(503);
  expect((await readEndpoint(workspace.owner, id)).delivery).toMatchObject({
    failures: 0,
    failingSince: null,
  });
});
