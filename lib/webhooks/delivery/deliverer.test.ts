import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { db, sql } from "@/lib/db/client";
import { deleteExpired } from "@/lib/events/retention";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import {
  startWebhookReceiver,
  type WebhookMood,
  type WebhookReceiver,
} from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createDeliverer, type Deliverer, type DelivererOptions } from "@/lib/webhooks/delivery/deliverer";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { deleteEndpoint } from "@/lib/webhooks/endpoints/delete";
import { readEndpoint } from "@/lib/webhooks/endpoints/read";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { listAttemptsOfMessage } from "@/lib/webhooks/messages/attempts";
import { createMessage } from "@/lib/webhooks/messages/create";
import { readMessage } from "@/lib/webhooks/messages/read";
import { recoverEndpoint, resendMessage } from "@/lib/webhooks/messages/resend";
import { CreateWebhookEndpoint, type NewWebhookEndpoint } from "@/lib/webhooks/schema";

useOwnDatabase();

/** Waits for what comes by itself, on a busy machine too. */
const eventually = <Seen>(check: () => Seen | Promise<Seen>) =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

let receiver: WebhookReceiver;
let workspace: TestWorkspace;
let made: NewWebhookEndpoint;
const started: (WebhookReceiver | Deliverer)[] = [];

beforeEach(async () => {
  workspace = await createTestWorkspace();
  receiver = await receiving();
  made = await endpointAt(receiver.url);
});

afterEach(async () => {
  for (const one of started.splice(0)) await ("stop" in one ? one.stop() : one.close());
});

async function receiving(): Promise<WebhookReceiver> {
  const one = await startWebhookReceiver();
  started.push(one);
  return one;
}

function deliverer(options: DelivererOptions = {}): Deliverer {
  const one = createDeliverer({ workspaceId: workspace.workspaceId, timeoutMs: 3_000, ...options });
  started.push(one);
  return one;
}

function endpointAt(url: string, eventTypes: string[] = []): Promise<NewWebhookEndpoint> {
  return createEndpoint(workspace.owner, CreateWebhookEndpoint.parse({ url, eventTypes }));
}

async function send(eventType = "invoice.paid", payload: object = { amount: 1 }): Promise<string> {
  return (await createMessage(workspace.owner, { eventType, payload })).id;
}

/** Makes everything that waits due now, as if the time had come. */
async function makeDue(): Promise<void> {
  await sql().query(
    "update webhook_delivery set next_attempt_at = now() where workspace_id = $1 and status = 'pending'",
    [workspace.workspaceId],
  );
}

const endpointNow = () => readEndpoint(workspace.owner, made.endpoint.id);
const messageNow = (id: string) => readMessage(workspace.owner, id);
const attemptsOf = async (id: string) =>
  (await listAttemptsOfMessage(workspace.owner, { id, limit: 100 })).items;

test("a message is posted byte for byte as it was signed, once, and a receiver verifies it with the published library", async () => {
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

test("a refusal is kept with its answer, cut and without secrets, and tried again when the receiver asked for it", async () => {
  receiver.mood = "answers";
  const body = `no ${made.secret} \u0000\u0007 ${"x".repeat(9_000)}`;
  receiver.reply = {
    status: 429,
    headers: { "retry-after": "120", "set-cookie": "session=theirs", "x-echo": made.secret },
    body,
  };
  const id = await send();
  const one = deliverer();
  await one.settled();
  const [attempt] = await attemptsOf(id);
  expect(attempt).toMatchObject({ succeeded: false, error: "The receiver answered 429." });
  expect(attempt?.response?.status).toBe(429);
  expect(Buffer.byteLength(attempt?.response?.body ?? "")).toBeLessThanOrEqual(4_096);
  expect(attempt?.response?.body).toMatch(/^no whsec_… \ufffd\ufffd x+$/);
  expect(JSON.stringify(attempt)).not.toContain(made.secret.slice(6));
  expect(JSON.stringify(attempt)).not.toContain("theirs");
  const { deliveries } = await messageNow(id);
  expect(deliveries).toMatchObject([
    { status: "pending", tries: 1, lastError: "The receiver answered 429." },
  ]);
  expect(Date.parse(deliveries[0]?.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(100_000);
  expect((await endpointNow()).delivery).toMatchObject({ pending: 1, failures: 1 });
  receiver.mood = "takes";
  await makeDue();
  await one.settled();
  expect(await messageNow(id)).toMatchObject({ status: "succeeded" });
  expect((await endpointNow()).delivery).toMatchObject({ pending: 0, failures: 0, failingSince: null });
});

test("redirects are not followed, hanging and breaking receivers fail in words", async () => {
  const elsewhere = await receiving();
  const one = deliverer({ timeoutMs: 1_500 });
  for (const [mood, words] of [
    ["answers", "The receiver answered 302; redirects are not followed."],
    ["hangs", "The receiver did not answer within 1.5 seconds."],
    ["breaks", "The receiver could not be reached (UND_ERR_SOCKET)."],
  ] as const) {
    receiver.mood = mood;
    receiver.reply = { status: 302, headers: { location: elsewhere.url }, body: "" };
    const id = await send();
    await one.settled();
    expect((await attemptsOf(id))[0]?.error).toBe(words);
  }
  expect(elsewhere.requests).toEqual([]);
});

test("an address that may not be connected to is not, also when its name is changed after it was stored", async () => {
  await sql().query("update webhook_endpoint set url = 'http://10.0.0.1/x' where id = $1", [
    made.endpoint.id,
  ]);
  const id = await send();
  await deliverer().settled();
  expect((await attemptsOf(id))[0]?.error).toBe("The address is not a public one that may be called.");
});

test("after the last attempt of the schedule a delivery has failed; resend and recover set it out once more", async () => {
  receiver.mood = "answers";
  const [id, old] = [await send(), await send("order.made")];
  await sql().query(
    "update webhook_delivery set created_at = now() - interval '2 hours' where message_id = $1",
    [old],
  );
  const one = deliverer();
  for (let tries = 0; tries < 10; tries += 1) {
    await makeDue();
    await one.settled();
  }
  expect(receiver.requests).toHaveLength(20);
  expect(await messageNow(id)).toMatchObject({
    status: "failed",
    deliveries: [{ tries: 10, nextAttemptAt: null }],
  });
  receiver.mood = "takes";
  const since = new Date(Date.now() - 3_600_000).toISOString();
  expect(await recoverEndpoint(workspace.owner, { id: made.endpoint.id, since })).toEqual({ recovered: 1 });
  await one.settled();
  expect([(await messageNow(id)).status, (await messageNow(old)).status]).toEqual(["succeeded", "failed"]);
  await resendMessage(workspace.owner, { id: old, endpoint: made.endpoint.id });
  await one.settled();
  await resendMessage(workspace.owner, { id: old, endpoint: made.endpoint.id });
  await one.settled();
  expect([...receiver.taken]).toEqual([
    [id, 1],
    [old, 2],
  ]);
});

test("410 switches the endpoint off as gone; what waits for it ends, and can be recovered once it is switched on", async () => {
  receiver.mood = "answers";
  receiver.reply = { status: 410, headers: {}, body: "" };
  const ids = [await send(), await send(), await send()];
  await deliverer({ atOnce: 1 }).settled();
  expect(receiver.requests).toHaveLength(1);
  expect(await endpointNow()).toMatchObject({ disabled: true, disabledReason: "gone" });
  for (const id of ids) expect((await messageNow(id)).status).toBe("failed");
  const { workspaceId } = workspace;
  const events = await db().event.findMany({ where: { workspaceId, type: "webhook.disabled" } });
  expect(events).toMatchObject([{ subject: made.endpoint.id, data: { reason: "gone" } }]);
  const entries = await db().auditEntry.findMany({ where: { workspaceId, action: "webhooks.disable" } });
  expect(entries).toMatchObject([{ subject: made.endpoint.id, actor: { kind: "system" } }]);
  const since = new Date(Date.now() - 60_000).toISOString();
  const recovering = { id: made.endpoint.id, since };
  await expect(recoverEndpoint(workspace.owner, recovering)).rejects.toThrow("switched off");
  await updateEndpoint(workspace.owner, made.endpoint.id, { disabled: false });
  receiver.mood = "takes";
  expect(await recoverEndpoint(workspace.owner, recovering)).toEqual({ recovered: 3 });
  await deliverer().settled();
  expect([...receiver.taken.keys()].sort()).toEqual(ids.sort());
});

test("an endpoint that took nothing for five days and ten attempts is switched off as failing, one that took something is not", async () => {
  receiver.mood = "answers";
  const one = deliverer();
  const fail = async (days: number, failures = 20) => {
    await sql().query(
      "update webhook_endpoint set failing_since = now() - make_interval(days => $2), failures = $3 where id = $1 and failing_since is not null",
      [made.endpoint.id, days, failures],
    );
    await send();
    await one.settled();
  };
  await fail(9);
  await fail(4);
  expect(await endpointNow()).toMatchObject({ disabled: false, delivery: { failures: 21 } });
  await fail(6, 8);
  expect(await endpointNow()).toMatchObject({ disabled: false, delivery: { failures: 9 } });
  receiver.mood = "takes";
  await fail(6);
  receiver.mood = "answers";
  await fail(6);
  expect(await endpointNow()).toMatchObject({ disabled: false, delivery: { failures: 1 } });
  await fail(5);
  expect(await endpointNow()).toMatchObject({ disabled: true, disabledReason: "failing" });
  expect((await endpointNow()).delivery.pending).toBe(0);
});

test("three deliverers at once send nothing twice, and at most four to one endpoint side by side each", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 60; index += 1) ids.push(await send());
  const all = [deliverer(), deliverer(), deliverer()];
  await Promise.all(all.map((one) => one.settled()));
  expect([...receiver.taken.keys()].sort()).toEqual(ids.sort());
  expect(receiver.requests).toHaveLength(60);
  expect(receiver.openMost).toBeLessThanOrEqual(12);
});

test("an endpoint that hangs does not hold up others, however much waits for it", async () => {
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

test("messages are kept as long as decisions, those that still wait longer", async () => {
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

test("the same id again is the same message, two at once too; another message under it is refused", async () => {
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
