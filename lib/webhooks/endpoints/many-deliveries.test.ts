import { afterEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { useOwnDatabase } from "@/lib/testing/servers/own-database";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createDeliverer, type Deliverer } from "@/lib/webhooks/delivery/deliverer";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { deleteEndpoint } from "@/lib/webhooks/endpoints/delete";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { recoverEndpoint } from "@/lib/webhooks/messages/resend";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

useOwnDatabase();

const many = 11_000;
const started: Deliverer[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

/** An endpoint with many deliveries, of which the first is the newest; those that wait are due in an hour. */
async function crowded({ owner, workspaceId }: TestWorkspace, status: "pending" | "failed"): Promise<string> {
  const { endpoint } = await createEndpoint(
    owner,
    CreateWebhookEndpoint.parse({ url: "http://127.0.0.1:9/" }),
  );
  await sql().query(
    "insert into webhook_message (workspace_id, id, event_type, payload) select $1, 'm' || n, 'a', '{}' from generate_series(1, $2::int) n",
    [workspaceId, many],
  );
  await sql().query(
    `insert into webhook_delivery (workspace_id, message_id, endpoint_id, status, next_attempt_at, ended_at, created_at)
     select $1, 'm' || n, $3, $4::text, case when $4 = 'pending' then now() + interval '1 hour' end,
         case when $4 = 'failed' then now() end, now() - n * interval '1 second' from generate_series(1, $2::int) n`,
    [workspaceId, many, endpoint.id, status],
  );
  return endpoint.id;
}

/** How many deliveries the transactions wrote that wrote them last, the largest first. */
async function written({ workspaceId }: TestWorkspace, status: string): Promise<number[]> {
  const { rows } = await sql().query<{ count: number }>(
    "select count(*)::int from webhook_delivery where workspace_id = $1 and status = $2 group by xmin::text order by 1 desc",
    [workspaceId, status],
  );
  return rows.map(({ count }) => count);
}

async function trail({ workspaceId }: TestWorkspace) {
  const rows = await db().auditEntry.findMany({ where: { workspaceId }, orderBy: { position: "asc" } });
  return rows
    .map(({ action, detail }) => ({ action, detail }))
    .filter(({ action }) => /^webhooks/.test(action));
}

test("what an endpoint did not take is set out in short transactions, the oldest first, each with its entry", async () => {
  const workspace = await createTestWorkspace();
  const id = await crowded(workspace, "failed");
  const since = new Date(Date.now() - 86_400_000).toISOString();
  expect(await recoverEndpoint(workspace.owner, { id, since })).toEqual({ recovered: many });
  expect(await written(workspace, "pending")).toEqual([5_000, 5_000, 1_000]);
  const recoveries = (await trail(workspace)).filter(({ action }) => action === "webhooks.recover");
  expect(recoveries.map(({ detail }) => detail)).toEqual([
    { since, recovered: 5_000 },
    { since, recovered: 5_000 },
    { since, recovered: 1_000 },
  ]);
  expect(await recoverEndpoint(workspace.owner, { id, since })).toEqual({ recovered: 0 });
});

test("of what waits for an endpoint that is switched off a part ends at once, and deliverers end the rest before it is due", async () => {
  const workspace = await createTestWorkspace();
  const id = await crowded(workspace, "pending");
  await updateEndpoint(workspace.owner, id, { disabled: true });
  expect(await written(workspace, "failed")).toEqual([5_000]);
  const one = createDeliverer({ workspaceId: workspace.workspaceId });
  started.push(one);
  await one.settled();
  expect(await written(workspace, "failed")).toEqual([5_000, 5_000, 1_000]);
  expect(await written(workspace, "pending")).toEqual([]);
  expect(await db().webhookAttempt.count({ where: { workspaceId: workspace.workspaceId } })).toBe(0);
});

test("an endpoint with many deliveries is switched off first, and removed once they are", async () => {
  const workspace = await createTestWorkspace();
  const id = await crowded(workspace, "failed");
  await deleteEndpoint(workspace.owner, id);
  const { workspaceId } = workspace;
  expect(await db().webhookEndpoint.count({ where: { workspaceId } })).toBe(0);
  expect(await db().webhookDelivery.count({ where: { workspaceId } })).toBe(0);
  expect((await trail(workspace)).slice(1)).toEqual([
    { action: "webhooks.update", detail: { disabled: true } },
    { action: "webhooks.delete", detail: { url: "http://127.0.0.1:9/", customer: null } },
  ]);
});
