import { Webhook } from "standardwebhooks";
import { beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { createPortalSession } from "@/lib/portal-sessions/create";
import { exchangeCode } from "@/lib/portal-sessions/exchange";
import { CreatePortalSession } from "@/lib/portal-sessions/schema";
import { addCustomer } from "@/lib/testing/customer";
import { eventually } from "@/lib/testing/eventually";
import { apiClient } from "@/lib/testing/calls/http";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { receiving, type WebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { WebhookAttempt, WebhookMessage } from "@/lib/webhooks/messages/schema";

const scopes = ["create:webhooks", "read:webhooks", "update:webhooks", "destroy:webhooks"];
const [endpoints, messages] = ["/webhooks/endpoints", "/webhooks/messages"];

let receiver: WebhookReceiver;
beforeEach(async () => void (receiver = await receiving()));

async function setUp() {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  const call = apiClient(secret);
  const made = (await call("POST", endpoints, { url: receiver.url })).body;
  return { ...workspace, call, endpoint: made.endpoint.id, secret: made.secret };
}

const message = { eventType: "invoice.paid", payload: { invoice: "in_1", lines: [1, 2] } };

test("a message is taken with 202, delivered at once, signed, and can be read with its attempts", async () => {
  const { call, endpoint, secret } = await setUp();
  const sent = await call("POST", messages, message);
  expect(sent.status).toBe(202);
  const { id } = WebhookMessage.parse(sent.body);
  await eventually(async () =>
    expect((await call("GET", `${messages}/${id}`)).body).toMatchObject({
      status: "succeeded",
      payload: message.payload,
      deliveries: [{ endpoint, status: "succeeded" }],
    }),
  );
  expect(receiver.requests).toHaveLength(1);
  const [got] = receiver.requests;
  expect(new Webhook(secret).verify(got?.body ?? "", got?.headers ?? {})).toEqual(message.payload);
  for (const of of [`${messages}/${id}`, `${endpoints}/${endpoint}`]) {
    const { body } = await call("GET", `${of}/attempts`);
    expect(body.items.map((item: unknown) => WebhookAttempt.parse(item))).toMatchObject([
      { message: id, endpoint, succeeded: true, response: { status: 204 } },
    ]);
  }
  const { body } = await call("GET", `${endpoints}/${endpoint}`);
  expect(body.delivery).toMatchObject({ pending: 0, failures: 0 });
  expect(body.delivery.lastSucceededAt).not.toBeNull();
});

test("a repeat with the same Idempotency-Key or the same id sends nothing twice", async () => {
  const { call } = await setUp();
  const once = { "idempotency-key": "one" };
  const both = await Promise.all([
    call("POST", messages, message, once),
    call("POST", messages, message, once),
  ]);
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  expect(both[1]?.body.id).toBe(both[0]?.body.id);
  const own = { ...message, id: "invoice-7" };
  for (let turn = 0; turn < 3; turn += 1)
    expect((await call("POST", messages, own)).body.id).toBe("invoice-7");
  expect((await call("POST", messages, { ...own, payload: {} })).status).toBe(409);
  await eventually(() => expect(receiver.taken.size).toBe(2));
  expect((await call("GET", messages)).body.items).toHaveLength(2);
  expect(receiver.requests).toHaveLength(2);
});

test("what cannot be a message is refused in words, and nothing is stored", async () => {
  const { call, workspaceId } = await setUp();
  const deep = `{"eventType":"a","payload":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;
  for (const [given, at] of [
    [{ payload: {} }, "eventType"],
    [{ eventType: "a" }, "payload"],
    [{ eventType: "a b", payload: {} }, "eventType"],
    [{ eventType: "a.*", payload: {} }, "eventType"],
    [{ eventType: "a\u0000", payload: {} }, "eventType"],
    [{ eventType: "keys.create", payload: {} }, "eventType"],
    [{ ...message, payload: [1] }, "payload"],
    [{ ...message, payload: "text" }, "payload"],
    [{ ...message, payload: { a: "x".repeat(262_144) } }, "payload"],
    [deep, "payload"],
    [{ ...message, id: "msg_mine" }, "id"],
    [{ ...message, id: "a.b" }, "id"],
    [{ ...message, colour: 1 }, "colour"],
  ] as const) {
    const { status, body } = await call("POST", messages, given);
    const what = JSON.stringify(given).slice(0, 60);
    expect([what, status, body.errors[0].path]).toEqual([what, 422, at]);
  }
  expect((await call("POST", messages, { ...message, payload: { a: "x".repeat(1_100_000) } })).status).toBe(
    413,
  );
  expect((await call("POST", messages, { ...message, customer: "nobody" })).status).toBe(404);
  expect((await call("POST", messages, message, { "idempotency-key": "a b" })).status).toBe(400);
  expect(await db().webhookMessage.count({ where: { workspaceId } })).toBe(0);
});

test("messages are found by type, endpoint, customer, status and time, page by page, newest first", async () => {
  const { call, endpoint, system } = await setUp();
  const customer = await addCustomer(system, { externalId: `acme-${endpoint}` });
  const other = (await call("POST", endpoints, { url: `${receiver.url}/b`, eventTypes: ["b"] })).body.endpoint
    .id;
  await call("POST", endpoints, { url: receiver.url, customer: customer.id });
  const ids: string[] = [];
  for (const given of [
    { eventType: "a", payload: {} },
    { eventType: "b", payload: {} },
    { eventType: "c", payload: {}, customer: customer.id },
    { eventType: "a", payload: {}, customer: customer.externalId },
    { eventType: "b", payload: {} },
  ])
    ids.push((await call("POST", messages, given)).body.id);
  await eventually(async () =>
    expect((await call("GET", `${messages}?status=pending`)).body.items).toEqual([]),
  );
  const found = async (query: string) => {
    const items: { id: string }[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await call("GET", `${messages}?limit=2&${query}${more}`);
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items.map(({ id }) => ids.indexOf(id));
  };
  expect(await found("")).toEqual([4, 3, 2, 1, 0]);
  expect(await found("status=succeeded")).toEqual([4, 3, 2, 1, 0]);
  expect(await found("status=failed")).toEqual([]);
  expect(await found("eventType=a")).toEqual([3, 0]);
  expect(await found("eventType=b&status=succeeded")).toEqual([4, 1]);
  expect(await found(`customer=${customer.externalId}`)).toEqual([3, 2]);
  expect(await found(`customer=${customer.id}&status=succeeded&eventType=c`)).toEqual([2]);
  expect(await found(`endpoint=${endpoint}`)).toEqual([4, 1, 0]);
  expect(await found(`endpoint=${other}&status=succeeded`)).toEqual([4, 1]);
  expect(await found("customer=nobody")).toEqual([]);
  const { createdAt } = (await call("GET", `${messages}/${ids[2]}`)).body;
  expect(await found(`from=${encodeURIComponent(createdAt)}`)).toEqual(expect.arrayContaining([4, 3, 2]));
  expect(await found(`to=${encodeURIComponent(createdAt)}&endpoint=${endpoint}`)).not.toContain(4);
  for (const query of ["status=lost", "colour=1", "from=yesterday", "cursor=abc", "limit=0"])
    expect([400, 422]).toContain((await call("GET", `${messages}?${query}`)).status);
});

test("a test is answered with its attempt, whatever the receiver says, is audited, and is tried once", async () => {
  const { call, endpoint, workspaceId, secret } = await setUp();
  const good = WebhookAttempt.parse((await call("POST", `${endpoints}/${endpoint}/test`)).body);
  expect(good).toMatchObject({ endpoint, succeeded: true });
  const [got] = receiver.requests;
  expect(new Webhook(secret).verify(got?.body ?? "", got?.headers ?? {})).toMatchObject({
    type: "webhook.test",
  });
  receiver.mood = "answers";
  receiver.reply = { status: 500, headers: {}, body: secret };
  const bad = (await call("POST", `${endpoints}/${endpoint}/test`)).body;
  expect(bad).toMatchObject({ succeeded: false, response: { status: 500, body: "whsec_…" } });
  const { body } = await call("GET", `${messages}/${bad.message}`);
  expect(body).toMatchObject({ status: "failed", eventType: "webhook.test" });
  expect(await db().auditEntry.count({ where: { workspaceId, action: "webhooks.test" } })).toBe(2);
});

test("a failed message is sent once more by resend and by recover, never to an endpoint that is switched off or another's", async () => {
  const { call, endpoint, system } = await setUp();
  receiver.mood = "answers";
  receiver.reply = { status: 410, headers: {}, body: "" };
  const { id } = (await call("POST", messages, message)).body;
  const one = `${endpoints}/${endpoint}`;
  await eventually(async () => expect((await call("GET", one)).body.disabledReason).toBe("gone"));
  const since = new Date(Date.now() - 60_000).toISOString();
  expect((await call("POST", `${messages}/${id}/resend`, { endpoint })).status).toBe(409);
  expect((await call("POST", `${one}/recover`, { since })).status).toBe(409);
  expect((await call("PATCH", one, { disabled: false })).body.disabled).toBe(false);
  receiver.mood = "takes";
  expect((await call("POST", `${one}/recover`, { since })).body).toEqual({ recovered: 1 });
  await eventually(() => expect(receiver.taken.get(id)).toBe(1));
  await eventually(async () =>
    expect((await call("GET", `${messages}/${id}`)).body.status).toBe("succeeded"),
  );
  expect((await call("POST", `${messages}/${id}/resend`, { endpoint })).status).toBe(202);
  await eventually(() => expect(receiver.taken.get(id)).toBe(2));
  const customer = await addCustomer(system);
  const theirs = (await call("POST", endpoints, { url: receiver.url, customer: customer.id })).body.endpoint
    .id;
  expect((await call("POST", `${messages}/${id}/resend`, { endpoint: theirs })).status).toBe(404);
  expect((await call("POST", `${messages}/${id}/resend`, { endpoint: "wep_x" })).status).toBe(404);
  for (const given of [{}, { since: "yesterday" }, { since, until: since }])
    expect((await call("POST", `${one}/recover`, given)).status).toBe(422);
});

test("a portal session sees its customer's messages and manages its endpoints, and can send none itself", async () => {
  const { call, owner, system, workspaceId } = await setUp();
  const [mine, other] = [await addCustomer(system), await addCustomer(system)];
  const opener = await issueKey(owner, { scopes: [...scopes, "create:portal-sessions"] });
  const open = async (capabilities: string[]) => {
    const input = CreatePortalSession.parse({ customer: mine.id, capabilities });
    const { code } = await createPortalSession(callerOf(workspaceId, opener), input);
    const { token } = await exchangeCode({ code }, { address: null, origin: null });
    return apiClient(token);
  };
  const manager = await open(["webhooks:manage"]);
  const reader = await open(["webhooks:read"]);
  const own = (await manager("POST", endpoints, { url: receiver.url })).body;
  expect(own.endpoint.customer).toBe(mine.id);
  await call("POST", endpoints, { url: receiver.url, customer: other.id });
  const [ours, theirs, workspaces] = await Promise.all(
    [mine.id, other.id, undefined].map(
      async (customer) => (await call("POST", messages, { ...message, customer })).body.id,
    ),
  );
  expect((await reader("GET", messages)).body.items).toMatchObject([{ id: ours }]);
  expect((await reader("GET", `${messages}/${ours}`)).body.payload).toEqual(message.payload);
  for (const id of [theirs, workspaces])
    for (const under of ["", "/attempts"])
      expect((await manager("GET", `${messages}/${id}${under}`)).status).toBe(404);
  expect((await manager("POST", messages, message)).status).toBe(403);
  expect((await reader("POST", `${endpoints}/${own.endpoint.id}/test`)).status).toBe(403);
  expect((await manager("POST", `${endpoints}/${own.endpoint.id}/test`)).body.succeeded).toBe(true);
  expect((await manager("GET", `${endpoints}/${own.endpoint.id}/secret`)).body.secret).toBe(own.secret);
  expect((await reader("GET", `${endpoints}/${own.endpoint.id}/secret`)).status).toBe(403);
});

test("a customer that is removed takes its endpoints and messages with it, and nothing of others", async () => {
  const { call, owner, system, workspaceId } = await setUp();
  const customer = await addCustomer(system);
  await call("POST", endpoints, { url: receiver.url, customer: customer.id });
  await call("POST", messages, { ...message, customer: customer.id });
  await call("POST", messages, message);
  await eventually(() => expect(receiver.taken.size).toBe(2));
  const remover = apiClient((await issueKey(owner, { scopes: ["destroy:customers"] })).secret);
  expect((await remover("DELETE", `/customers/${customer.id}`)).status).toBe(204);
  const where = { workspaceId };
  const counts = await Promise.all([
    db().webhookEndpoint.count({ where }),
    db().webhookMessage.count({ where }),
    db().webhookDelivery.count({ where }),
  ]);
  expect(counts).toEqual([1, 1, 1]);
});
