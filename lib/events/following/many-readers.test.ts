import { expect, onTestFinished, test } from "vitest";
import { chunkQueue, waitingBytesMax } from "@/lib/events/following/follow-events";
import { issueKey } from "@/lib/testing/issue-key";
import { onDatabase } from "@/lib/testing/servers/on-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { loadStream } from "@/lib/testing/calls/stream-load";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("what waits for a reader that never reads is bounded, and it is told how many it lost", async () => {
  const queue = chunkQueue();
  const bytes = new Uint8Array(10_000);
  for (let index = 0; index < 1_000; index += 1) queue.push({ bytes, count: 3 });
  const waiting = await queue.take();
  const held = (waiting?.items ?? []).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  expect(held).toBeLessThanOrEqual(waitingBytesMax);
  expect((waiting?.items.length ?? 0) * 3 + (waiting?.dropped ?? 0)).toBe(3_000);
  queue.push({ bytes, count: 1 });
  expect(await queue.take()).toEqual({ items: [{ bytes, count: 1 }], dropped: 0 });
});

test("many readers get every event once while some never read and one comes back again and again", async () => {
  const server = await startServer({ mount: "server", environment: { LISTEN: "api" } });
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
  });
  const { secret, workspaceId } = await onDatabase(server.databaseUrl, async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const { secret } = await issueKey(owner, { scopes: ["read:events", "read:keys"] });
    return { secret, workspaceId };
  });
  const run = await loadStream({
    server,
    workspaceId,
    secret,
    readers: 100,
    silent: 20,
    reconnects: 20,
    eventsPerSecond: 200,
    seconds: 4,
  });
  expect(run.written).toBeGreaterThanOrEqual(800);
  expect(run).toMatchObject({
    delivered: run.written * 104,
    missed: 0,
    doubled: 0,
    dropped: 0,
    reconnects: 20,
    reconnectMissed: 0,
    reconnectDoubled: 0,
  });
}, 60_000);
