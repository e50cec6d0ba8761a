import { beforeEach, expect, test } from "vitest";
import { sql } from "@/lib/db/client";
import { addCustomer } from "@/lib/testing/customer";
import { eventually } from "@/lib/testing/eventually";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { receiving, type WebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { delivering } from "@/lib/testing/servers/webhook-scene";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { createMessage } from "@/lib/webhooks/messages/create";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

useOwnDatabase();

beforeEach(async () => {
  await sql().query("delete from webhook_delivery");
});

/** For every workspace; nothing that hangs ends while a test waits. */
const deliverer = () => delivering({ timeoutMs: 60_000 });

async function endpointsAt({ owner }: TestWorkspace, url: string, { count = 1, customer = "" } = {}) {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const given = { url: `${url}/${index}`, ...(customer === "" ? {} : { customer }) };
    ids.push((await createEndpoint(owner, CreateWebhookEndpoint.parse(given))).endpoint.id);
  }
  return ids;
}

/** Lets as many messages wait for each endpoint, due for an hour, the first the longest. */
async function queue({ workspaceId }: TestWorkspace, endpoints: readonly string[], count: number) {
  const given = [workspaceId, count];
  await sql().query(
    "insert into webhook_message (workspace_id, id, event_type, payload) select $1, 'm' || n, 'a', '{}' from generate_series(1, $2) n",
    given,
  );
  await sql().query(
    `insert into webhook_delivery (workspace_id, message_id, endpoint_id, next_attempt_at)
     select $1, 'm' || n, e, now() - interval '1 hour' + n * interval '1 second' from generate_series(1, $2) n, unnest($3::text[]) e`,
    [...given, endpoints],
  );
}

/** Eighty endpoints of one workspace and of two of its customers, which all hang, for each of which several wait. */
async function crowd(hanging: WebhookReceiver): Promise<TestWorkspace> {
  hanging.mood = "hangs";
  const workspace = await createTestWorkspace();
  const endpoints = await endpointsAt(workspace, hanging.url, { count: 40 });
  for (let turn = 0; turn < 2; turn += 1) {
    const { id } = await addCustomer(workspace.system);
    endpoints.push(...(await endpointsAt(workspace, hanging.url, { count: 20, customer: id })));
  }
  await queue(workspace, endpoints, 5);
  return workspace;
}

test("eighty endpoints of one workspace that hang hold half of the room, and another workspace's message arrives at once", async () => {
  const [hanging, quick] = [await receiving(), await receiving()];
  await crowd(hanging);
  const other = await createTestWorkspace();
  await endpointsAt(other, quick.url);
  const one = deliverer();
  await one.wake();
  await eventually(() => expect(hanging.requests).toHaveLength(32));
  const { id } = await createMessage(other.owner, { eventType: "a", payload: {} });
  await one.wake();
  await eventually(() => expect(quick.taken.get(id)).toBe(1));
  expect(hanging.requests).toHaveLength(32);
});

test("endpoints that fail hold a quarter of the room together, whosever they are", async () => {
  const [hanging, quick] = [await receiving(), await receiving()];
  await crowd(hanging);
  const other = await createTestWorkspace();
  const failing = await endpointsAt(other, hanging.url, { count: 3 });
  await queue(other, failing, 5);
  await sql().query("update webhook_endpoint set failures = 1, failing_since = now()");
  await endpointsAt(other, quick.url);
  const one = deliverer();
  await one.wake();
  await eventually(() => expect(hanging.requests).toHaveLength(16));
  const { id } = await createMessage(other.owner, { eventType: "a", payload: {} });
  await one.wake();
  await eventually(() => expect(quick.taken.get(id)).toBe(1));
  expect(hanging.requests).toHaveLength(16);
});

test("a customer's endpoints hold a quarter of the room, and its provider's message arrives at once", async () => {
  const [hanging, quick] = [await receiving(), await receiving()];
  hanging.mood = "hangs";
  const workspace = await createTestWorkspace();
  const { id: customer } = await addCustomer(workspace.system);
  await queue(workspace, await endpointsAt(workspace, hanging.url, { count: 20, customer }), 5);
  await endpointsAt(workspace, quick.url);
  const one = deliverer();
  await one.wake();
  await eventually(() => expect(hanging.requests).toHaveLength(16));
  const { id } = await createMessage(workspace.owner, { eventType: "a", payload: {} });
  await one.wake();
  await eventually(() => expect(quick.taken.get(id)).toBe(1));
  expect(hanging.requests).toHaveLength(16);
});

test("an endpoint gets what waits for it the oldest first, also while it fails", async () => {
  const receiver = await receiving();
  const workspace = await createTestWorkspace();
  const endpoints = await endpointsAt(workspace, receiver.url);
  await queue(workspace, endpoints, 12);
  await sql().query("update webhook_endpoint set failures = 1 where id = $1", [endpoints[0]]);
  const one = delivering({ workspaceId: workspace.workspaceId, atOnce: 1 });
  await one.settled();
  expect(receiver.requests.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, n) => `m${n + 1}`));
});
