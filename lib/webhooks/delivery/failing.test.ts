import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { db, sql } from "@/lib/db/client";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { receiving } from "@/lib/testing/servers/webhook-receiver";
import { webhookScene, type WebhookScene } from "@/lib/testing/servers/webhook-scene";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { recoverEndpoint, resendMessage } from "@/lib/webhooks/messages/resend";

useOwnDatabase();

let scene: WebhookScene;
beforeEach(async () => {
  scene = await webhookScene();
});
afterEach(() => void vi.useRealTimers());

/** Seconds until a message's only delivery is due, as the database counts them. */
async function secondsToGo(message: string): Promise<number> {
  const { rows } = await sql().query<{ seconds: number }>(
    `select extract(epoch from next_attempt_at - now())::float8 as seconds from webhook_delivery
      where message_id = $1 and status = 'pending'`,
    [message],
  );
  return rows[0]?.seconds ?? Number.NaN;
}

test("a refusal is kept with its answer, cut and without secrets, and tried again when the receiver asked for it", async () => {
  const { receiver, made, deliverer, send, makeDue, endpointNow, messageNow, attemptsOf } = scene;
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

test.each([
  ["behind", -21_600_000],
  ["ahead of", 21_600_000],
])(
  "on a node whose clock is six hours %s the database's the schedule holds all the same",
  async (_where, ms) => {
    const { receiver, workspace, made, deliverer, send } = scene;
    receiver.mood = "answers";
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
    const id = await send();
    const one = deliverer();
    await one.settled();
    expect(receiver.requests).toHaveLength(1);
    const seconds = await secondsToGo(id);
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(7);
    await resendMessage(workspace.owner, { id, endpoint: made.endpoint.id });
    await one.settled();
    expect(receiver.requests).toHaveLength(2);
  },
);

test("redirects are not followed, hanging and breaking receivers fail in words", async () => {
  const { receiver, deliverer, send, attemptsOf } = scene;
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
  const { made, deliverer, send, attemptsOf } = scene;
  await sql().query("update webhook_endpoint set url = 'http://10.0.0.1/x' where id = $1", [
    made.endpoint.id,
  ]);
  const id = await send();
  await deliverer().settled();
  expect((await attemptsOf(id))[0]?.error).toBe("The address is not a public one that may be called.");
});

test("after the last attempt of the schedule a delivery has failed; resend and recover set it out once more", async () => {
  const { receiver, workspace, made, deliverer, send, makeDue, messageNow } = scene;
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
  const { receiver, workspace, made, deliverer, send, endpointNow, messageNow } = scene;
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
  const { receiver, made, deliverer, send, endpointNow } = scene;
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
