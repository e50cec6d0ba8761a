import { expect, inject, onTestFinished, test } from "vitest";
import { db } from "@/lib/db/client";
import { revokeKey } from "@/lib/keys/revoke";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("failures counted a moment before a process is stopped are in the trail afterwards, every one", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await revokeKey(owner, { keyId: key.id, reason: "" });
  const server = await startServer({
    mount: "server",
    databaseUrl: inject("databaseUrl"),
    environment: { LISTEN: "api" },
  });
  onTestFinished(() => removeData(server));
  const ask = () => fetch(`${server.portal}/api/v1/keys`, { headers: { "x-api-key": secret } });
  const answers = await Promise.all(Array.from({ length: 60 }, ask));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  expect(await server.stop()).toBe(0);
  const entries = await db().auditEntry.findMany({ where: { workspaceId, action: "authentication.fail" } });
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(60);
}, 90_000);
