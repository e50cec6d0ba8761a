import { beforeEach, expect, test } from "vitest";
import { sql } from "@/lib/db/client";
import { eventually } from "@/lib/testing/eventually";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { receiving, type WebhookMood } from "@/lib/testing/servers/webhook-receiver";
import { webhookScene, type WebhookScene } from "@/lib/testing/servers/webhook-scene";
import { deleteEndpoint } from "@/lib/webhooks/endpoints/delete";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { resendMessage } from "@/lib/webhooks/messages/resend";

useOwnDatabase();

let scene: WebhookScene;
beforeEach(async () => {
  scene = await webhookScene();
});

test("three deliverers at once send nothing twice, and at most four to one endpoint side by side each", async () => {
  const { receiver, deliverer, send } = scene;
  const ids: string[] = [];
  for (let index = 0; index < 60; index += 1) ids.push(await send());
  const all = [deliverer(), deliverer(), deliverer()];
  await Promise.all(all.map((one) => one.settled()));
  expect([...receiver.taken.keys()].sort()).toEqual(ids.sort());
  expect(receiver.requests).toHaveLength(60);
  expect(receiver.openMost).toBeLessThanOrEqual(12);
});

test("an endpoint that hangs does not hold up others, however much waits for it", async () => {
  const { receiver, deliverer, endpointAt, send } = scene;
  const hanging = await receiving();
  hanging.mood = "hangs";
  await endpointAt(hanging.url, ["slow"]);
  for (let index = 0; index < 40; index += 1) await send("slow");
  receiver.requests.splice(0);
  const one = deliverer({ atOnce: 8, timeoutMs: 20_000 });
  await one.wake();
  await eventually(() => expect(hanging.requests).toHaveLength(4));
  await eventually(() => expect(receiver.taken.size).toBe(40));
  const id = await send("quick");
  await one.wake();
  await eventually(() => expect(receiver.taken.get(id)).toBe(1));
  expect(hanging.requests).toHaveLength(4);
});

test("an endpoint that fails is attempted once at a time, and what is due elsewhere behind its many is not held up", async () => {
  const { receiver, workspace, made, deliverer, endpointAt, send } = scene;
  const failing = await receiving();
  failing.mood = "answers";
  const { endpoint } = await endpointAt(failing.url, ["slow"]);
  await updateEndpoint(workspace.owner, made.endpoint.id, { eventTypes: ["quick"] });
  for (let index = 0; index < 150; index += 1) await send("slow");
  await sql().query("update webhook_endpoint set failures = 1, failing_since = now() where id = $1", [
    endpoint.id,
  ]);
  failing.mood = "hangs";
  const id = await send("quick");
  const one = deliverer({ atOnce: 4, timeoutMs: 20_000 });
  await one.wake();
  await eventually(() => expect(receiver.taken.get(id)).toBe(1));
  expect(failing.requests).toHaveLength(1);
});

test("whatever the receiver does and whenever deliverers are stopped, every message arrives at last", async () => {
  const { receiver, deliverer, send, makeDue, messageNow } = scene;
  const moods: WebhookMood[] = ["takes", "answers", "hangs", "breaks", "takes-and-breaks", "takes"];
  const ids: string[] = [];
  for (let round = 0; round < 18; round += 1) {
    ids.push(await send(), await send());
    receiver.mood = moods[round % moods.length] ?? "takes";
    const one = deliverer({ timeoutMs: 150 });
    const settled = one.settled();
    if (round % 3 === 1) await one.stop();
    if (round % 5 === 2) await receiver.restart();
    await settled;
    if (round % 4 === 0) await makeDue();
  }
  receiver.mood = "takes";
  await eventually(async () => {
    await makeDue();
    await deliverer().settled();
    expect([...receiver.taken.keys()].sort()).toEqual([...ids].sort());
  });
  for (const id of ids) expect((await messageNow(id)).status).toBe("succeeded");
});

test("what a process had claimed that was killed is sent by another when its time is over, not before", async () => {
  const { receiver, deliverer, send, makeDue } = scene;
  const id = await send();
  await sql().query(
    "update webhook_delivery set claim = 'killed', next_attempt_at = now() + interval '60 seconds' where message_id = $1",
    [id],
  );
  const one = deliverer();
  await one.settled();
  expect(receiver.requests).toEqual([]);
  await makeDue();
  await one.settled();
  expect(receiver.taken.get(id)).toBe(1);
});

test("an endpoint that is removed or switched off while an attempt is under way gets no more, and nothing breaks", async () => {
  const { receiver, workspace, made, deliverer, send, messageNow } = scene;
  receiver.mood = "hangs";
  const [first, second] = [await send(), await send()];
  const one = deliverer({ timeoutMs: 3_000 });
  await one.wake();
  await eventually(() => expect(receiver.requests).toHaveLength(2));
  await updateEndpoint(workspace.owner, made.endpoint.id, { disabled: true });
  await one.settled();
  for (const id of [first, second]) expect((await messageNow(id)).status).toBe("failed");
  await updateEndpoint(workspace.owner, made.endpoint.id, { disabled: false });
  await resendMessage(workspace.owner, { id: first, endpoint: made.endpoint.id });
  await one.wake();
  await eventually(() => expect(receiver.requests).toHaveLength(3));
  await deleteEndpoint(workspace.owner, made.endpoint.id);
  await one.settled();
  expect(await messageNow(first)).toMatchObject({ status: "unmatched", deliveries: [] });
});
