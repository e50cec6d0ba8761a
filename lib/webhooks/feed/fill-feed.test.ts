import { Webhook } from "standardwebhooks";
import { beforeEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { emitEvent } from "@/lib/events/emit";
import { audit } from "@/lib/events/trail/audit";
import { revokeKey } from "@/lib/keys/revoke";
import { updateKey } from "@/lib/keys/update";
import { addCustomer } from "@/lib/testing/customer";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { receiving, type WebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createDeliverer } from "@/lib/webhooks/delivery/deliverer";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { fillFeeds } from "@/lib/webhooks/feed/fill-feed";
import { CreateWebhookEndpoint, type NewWebhookEndpoint } from "@/lib/webhooks/schema";

useOwnDatabase();

let receiver: WebhookReceiver;
let workspace: TestWorkspace;

beforeEach(async () => {
  receiver = await receiving();
  workspace = await createTestWorkspace();
});

function endpointFor(under: string, eventTypes: string[], customer?: string): Promise<NewWebhookEndpoint> {
  const given = { url: `${receiver.url}${under}`, eventTypes, customer };
  return createEndpoint(workspace.owner, CreateWebhookEndpoint.parse(given));
}

/** Reads what happened and sends it; answers what came, as `path type subject`. */
async function arrived(): Promise<string[]> {
  const { workspaceId } = workspace;
  while (await fillFeeds(workspaceId));
  const deliverer = createDeliverer({ workspaceId, timeoutMs: 10_000 });
  await deliverer.settled();
  await deliverer.stop();
  return receiver.requests.splice(0).map(({ path, body }) => {
    const { type, subject } = JSON.parse(body);
    return `${path.replace("/webhooks", "")} ${type} ${subject}`;
  });
}

test("an endpoint that names types of Latchkey's own gets each such event once, signed, from then on; one that asks for all gets none", async () => {
  const early = await issueKey(workspace.owner);
  await endpointFor("/all", ["*"]);
  const made = await endpointFor("/keys", ["keys.*", "key.expiring"]);
  expect(await arrived()).toEqual([]);
  const { key } = await issueKey(workspace.owner);
  await updateKey(workspace.owner, { keyId: key.id, disabled: true });
  await updateKey(workspace.owner, { keyId: early.key.id, labels: ["x"] });
  const { workspaceId } = workspace;
  await db().$transaction((tx) =>
    emitEvent(tx, {
      workspaceId,
      type: "key.expiring",
      subject: key.id,
      data: { name: "k", environment: "live", expiresAt: "", threshold: "7d", lastUsedAt: null },
    }),
  );
  while (await fillFeeds(workspaceId));
  const deliverer = createDeliverer({ workspaceId });
  await deliverer.settled();
  await deliverer.stop();
  const [first] = receiver.requests;
  const event = new Webhook(made.secret).verify(first?.body ?? "", first?.headers ?? {});
  expect(event).toMatchObject({ specversion: "1.0", type: expect.stringMatching(/^keys?\./), data: {} });
  expect((await arrived()).sort()).toEqual(
    [
      `/keys key.expiring ${key.id}`,
      `/keys keys.create ${key.id}`,
      `/keys keys.disable ${key.id}`,
      `/keys keys.update ${early.key.id}`,
    ].sort(),
  );
  expect(await arrived()).toEqual([]);
  expect(await db().webhookMessage.count({ where: { workspaceId } })).toBe(4);
});

test("a customer's endpoint gets what was done to its keys, as a customer may read it, and nothing of others", async () => {
  const { owner, system } = workspace;
  const [mine, other] = [await addCustomer(system), await addCustomer(system)];
  await endpointFor("/mine", ["keys.*"], mine.id);
  await endpointFor("/own", ["keys.revoke"]);
  const [own, theirs, ours] = [
    await issueKey(owner, { customer: mine.id }),
    await issueKey(owner, { customer: other.id }),
    await issueKey(owner),
  ];
  for (const { key } of [own, theirs, ours]) await revokeKey(owner, { keyId: key.id, reason: "over" });
  await fillFeeds(workspace.workspaceId);
  const { workspaceId } = workspace;
  const [told] = await db().webhookMessage.findMany({ where: { workspaceId, customerId: mine.id } });
  expect(told?.payload).toContain('"provider"');
  expect(told?.payload).not.toContain(owner.email);
  expect((await arrived()).sort()).toEqual(
    [
      `/mine keys.create ${own.key.id}`,
      `/mine keys.revoke ${own.key.id}`,
      `/own keys.revoke ${own.key.id}`,
      `/own keys.revoke ${theirs.key.id}`,
      `/own keys.revoke ${ours.key.id}`,
    ].sort(),
  );
});

test("four readers at once while keys are made set out each event once and miss none", async () => {
  await endpointFor("/keys", ["keys.create"]);
  const { workspaceId, owner } = workspace;
  let over = false;
  const read = async () => {
    while (!over) await fillFeeds(workspaceId);
  };
  const reading = [read(), read(), read(), read()];
  const made = await Promise.all(Array.from({ length: 40 }, () => issueKey(owner)));
  over = true;
  await Promise.all(reading);
  expect((await arrived()).sort()).toEqual(made.map(({ key }) => `/keys keys.create ${key.id}`).sort());
});

test("an endpoint cannot be told what its maker may not read", async () => {
  const { owner, workspaceId } = workspace;
  const issued = await issueKey(owner, { scopes: ["create:webhooks", "update:webhooks", "read:keys"] });
  const maker = callerOf(workspaceId, issued);
  const input = (eventTypes: string[]) => CreateWebhookEndpoint.parse({ url: receiver.url, eventTypes });
  for (const types of [["keys.*"], ["invoice.*", "keys.create"], ["members.join"]])
    await expect(createEndpoint(maker, input(types))).rejects.toThrow("needs read:audit");
  const { endpoint } = await createEndpoint(maker, input(["key.*", "*", "invoice.*"]));
  await expect(updateEndpoint(maker, endpoint.id, { eventTypes: ["keys.*"] })).rejects.toThrow("read:audit");
});

test("a workspace whose events cannot be set out keeps no other from theirs, and gets them once they can", async () => {
  const all = [workspace, await createTestWorkspace(), await createTestWorkspace()];
  for (const { owner } of all) {
    const given = { url: receiver.url, eventTypes: ["keys.create"] };
    await createEndpoint(owner, CreateWebhookEndpoint.parse(given));
    await issueKey(owner);
  }
  await sql().query(`create function refuse() returns trigger language plpgsql as $$ begin
    if new.workspace_id = '${workspace.workspaceId}' then raise exception 'refused'; end if; return new; end $$`);
  await sql().query(
    "create trigger refusing before insert on webhook_message for each row execute function refuse()",
  );
  const told = () =>
    Promise.all(all.map(({ workspaceId }) => db().webhookMessage.count({ where: { workspaceId } })));
  try {
    expect(await fillFeeds()).toBe(true);
    expect(await told()).toEqual([0, 1, 1]);
    expect(await fillFeeds(workspace.workspaceId)).toBe(false);
  } finally {
    await sql().query("drop function refuse() cascade");
  }
  await fillFeeds();
  expect(await told()).toEqual([1, 1, 1]);
});

test("many events are set out in one look, at most two hundred in a transaction", async () => {
  const { owner, workspaceId } = workspace;
  await endpointFor("/many", ["keys.update"]);
  const { key } = await issueKey(owner);
  await db().$transaction(async (tx) => {
    for (let turn = 0; turn < 450; turn += 1)
      await audit(tx, owner, { action: "keys.update", subject: key.id, detail: { turn } });
  });
  await fillFeeds(workspaceId);
  const { rows } = await sql().query<{ count: number }>(
    "select count(*)::int from webhook_message where workspace_id = $1 group by xmin::text order by 1 desc",
    [workspaceId],
  );
  expect(rows.map(({ count }) => count)).toEqual([200, 200, 50]);
  expect(await fillFeeds(workspaceId)).toBe(false);
});
