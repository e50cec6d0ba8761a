import { Webhook } from "standardwebhooks";
import { beforeEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { deleteExpired } from "@/lib/events/retention";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { webhookScene, type WebhookScene } from "@/lib/testing/servers/webhook-scene";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { createMessage } from "@/lib/webhooks/messages/create";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

useOwnDatabase();

let scene: WebhookScene;
beforeEach(async () => {
  scene = await webhookScene();
});

test("a message is posted byte for byte as it was signed, once, and a receiver verifies it with the published library", async () => {
  const { receiver, made, deliverer, send, endpointNow, messageNow, attemptsOf } = scene;
  const payload = { text: "Grüße \u0000 \ud800 🎉", nested: [{ a: null }], big: 1e21 };
  const id = await send("invoice.paid", payload);
  await deliverer().settled();
  const [got, ...more] = receiver.requests;
  expect(more).toEqual([]);
  expect(got).toMatchObject({ id, body: JSON.stringify(payload) });
  expect(got?.headers["content-type"]).toBe("application/json");
  expect(new Webhook(made.secret).verify(got?.body ?? "", got?.headers ?? {})).toEqual(
    JSON.parse(JSON.stringify(payload)),
  );
  expect(await messageNow(id)).toMatchObject({
    status: "succeeded",
    deliveries: [{ tries: 0, lastError: null }],
  });
  const [attempt, ...others] = await attemptsOf(id);
  expect(others).toEqual([]);
  expect(attempt).toMatchObject({ succeeded: true, response: { status: 204, body: "" }, error: null });
  expect((await endpointNow()).delivery).toMatchObject({ pending: 0, failures: 0, lastError: null });
});

test("endpoints get the types that they ask for, of their own holder only, and none while switched off", async () => {
  const { receiver, workspace, deliverer, endpointAt, send } = scene;
  const wanted: Record<string, string[]> = {
    all: ["*"],
    exact: ["invoice.paid"],
    group: ["invoice.*"],
    other: ["invoice", "order.*", "invoice.paid.late"],
  };
  for (const [name, types] of Object.entries(wanted)) await endpointAt(`${receiver.url}/${name}`, types);
  const off = await endpointAt(`${receiver.url}/off`);
  await updateEndpoint(workspace.owner, off.endpoint.id, { disabled: true });
  const { workspaceId } = workspace;
  await db().customer.create({ data: { workspaceId, id: "cus_a", externalId: "a", name: "A" } });
  const theirs = CreateWebhookEndpoint.parse({ url: `${receiver.url}/customer`, customer: "a" });
  await createEndpoint(workspace.owner, theirs);
  await send("invoice.paid");
  await deliverer().settled();
  const paths = () =>
    receiver.requests
      .splice(0)
      .map(({ path }) => path.replace("/webhooks", ""))
      .sort();
  expect(paths()).toEqual(["", "/all", "/exact", "/group"]);
  const { deliveries } = await createMessage(workspace.owner, { eventType: "x", payload: {}, customer: "a" });
  expect(deliveries).toHaveLength(1);
  await deliverer().settled();
  expect(paths()).toEqual(["/customer"]);
});

test("the same id again is the same message, two at once too; another message under it is refused", async () => {
  const { receiver, workspace, deliverer } = scene;
  const input = { eventType: "invoice.paid", payload: { n: 1 }, id: "inv-1" };
  const [one, two] = await Promise.all([
    createMessage(workspace.owner, input),
    createMessage(workspace.owner, input),
  ]);
  expect(two.id).toBe(one.id);
  await deliverer().settled();
  expect((await createMessage(workspace.owner, input)).status).toBe("succeeded");
  await deliverer().settled();
  expect([...receiver.taken]).toEqual([["inv-1", 1]]);
  await expect(createMessage(workspace.owner, { ...input, payload: { n: 2 } })).rejects.toThrow(
    "Another message has that id",
  );
});

test("messages are kept as long as decisions, those that still wait longer", async () => {
  const { receiver, workspace, deliverer, send, messageNow } = scene;
  const { workspaceId } = workspace;
  const done = await send();
  await deliverer().settled();
  receiver.mood = "answers";
  const waiting = await send();
  await deliverer().settled();
  await sql().query(
    "update webhook_message set created_at = now() - interval '91 days' where workspace_id = $1",
    [workspaceId],
  );
  await deleteExpired();
  await expect(messageNow(done)).rejects.toThrow("no such message");
  expect(await messageNow(waiting)).toMatchObject({ status: "pending" });
  expect(await db().webhookAttempt.count({ where: { workspaceId } })).toBe(1);
});
