import { beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import type { Actor } from "@/lib/api/actor";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { updateEndpoint } from "@/lib/webhooks/endpoints/update";
import { readMessage } from "@/lib/webhooks/messages/read";
import { recoverEndpoint, resendMessage } from "@/lib/webhooks/messages/resend";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

let workspace: TestWorkspace;
let id: string;
beforeEach(async () => {
  workspace = await createTestWorkspace();
  const input = { url: "http://127.0.0.1:9/", eventTypes: ["keys.*"] };
  id = (await createEndpoint(workspace.owner, CreateWebhookEndpoint.parse(input))).endpoint.id;
});

async function holderOf(scopes: string[]): Promise<Actor> {
  return callerOf(workspace.workspaceId, await issueKey(workspace.system, { scopes }));
}

const refused = expect.objectContaining({
  kind: "forbidden",
  extra: { members: { requiredScope: "read:audit" } },
});

test("who may not read an event cannot have an endpoint's lead elsewhere, begin anew or be sent what it missed", async () => {
  const since = new Date(0).toISOString();
  for (const scopes of [["update:webhooks"], ["update:webhooks", "read:audit"]]) {
    const actor = await holderOf(scopes);
    const changes = [
      () => updateEndpoint(actor, id, { url: "http://127.0.0.1:10/" }),
      () => updateEndpoint(actor, id, { disabled: false }),
      () => updateEndpoint(actor, id, { eventTypes: ["keys.create"] }),
      () => recoverEndpoint(actor, { id, since }),
    ];
    for (const change of changes)
      if (scopes.length === 1) await expect(change()).rejects.toEqual(refused);
      else await expect(change()).resolves.toBeDefined();
  }
  const plain = await holderOf(["update:webhooks"]);
  await expect(updateEndpoint(plain, id, { description: "ours", disabled: true })).resolves.toBeDefined();
  await expect(updateEndpoint(plain, id, { eventTypes: ["invoice.*"] })).resolves.toBeDefined();
});

test("a message that tells an event is shown and sent again by those alone who may read that event", async () => {
  const { workspaceId } = workspace;
  const message = { workspaceId, id: "msg_own", eventType: "keys.create", payload: '{"type":"keys.create"}' };
  await db().webhookMessage.create({ data: message });
  const plain = await holderOf(["read:webhooks", "update:webhooks"]);
  const reader = await holderOf(["read:webhooks", "update:webhooks", "read:audit"]);
  await expect(readMessage(plain, "msg_own")).rejects.toEqual(refused);
  await expect(resendMessage(plain, { id: "msg_own", endpoint: id })).rejects.toEqual(refused);
  expect((await readMessage(reader, "msg_own")).payload).toEqual({ type: "keys.create" });
  await expect(resendMessage(reader, { id: "msg_own", endpoint: id })).resolves.toBeDefined();
});
