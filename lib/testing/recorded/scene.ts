import { expect, inject } from "vitest";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { issueKey } from "@/lib/testing/issue-key";
import { startStreamingUpstream } from "@/lib/testing/recorded/streaming-upstream";
import type { TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A workspace whose calls are counted afterwards: a service, and secrets of keys. */
export interface RecordedScene {
  workspaceId: string;
  /** Verifies, reads and changes through the API. */
  caller: string;
  /** Is verified and calls the service; without limits. */
  subject: string;
  /** The same, twenty times a second. */
  limited: string;
  /** Nobody has presented them yet, so that a node has to ask the database. */
  cold: string[];
  /** Path of the service at the gateway. */
  gateway: string;
}

/** Makes the scene on a server's own database, with an upstream that also streams. */
export async function prepareScene(server: TestServer, coldKeys = 0): Promise<RecordedScene> {
  const upstream = await startStreamingUpstream();
  await disconnectDatabase();
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system, slug, workspaceId } = await createTestWorkspace();
  const scopes = ["verify:keys", "create:services", "read:events", "read:decisions", "read:audit"];
  const caller = await issueKey(system, { scopes: [...scopes, "create:keys", "revoke:keys"] });
  const subject = await issueKey(system, { scopes: ["read:invoices"] });
  const limited = await issueKey(system, { rateLimits: [{ name: "second", limit: 20, windowSeconds: 1 }] });
  const cold: string[] = [];
  while (cold.length < coldKeys) cold.push((await issueKey(system)).secret);
  const made = await fetch(`${server.portal}/api/v1/services`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${caller.secret}` },
    body: JSON.stringify({ slug: "up", upstream, defaultVerdict: "allow" }),
  });
  expect(made.status).toBe(201);
  await disconnectDatabase();
  connectDatabase(inject("databaseUrl"), 5);
  return {
    workspaceId,
    caller: caller.secret,
    subject: subject.secret,
    limited: limited.secret,
    cold,
    gateway: `/${slug}/up`,
  };
}
